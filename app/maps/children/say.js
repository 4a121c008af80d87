// Saying: texts as nodes, Chinese letters with their pinyin above. The pinyin is always there; the page shows or hides it.
(function (tq) {
  "use strict";

  const CHINESE = /[\u3400-\u9fff]/, el = tq.el;

  // Add a text to a node, with one syllable for each of its Chinese letters.
  function add(into, text, syllables) {
    const sounds = syllables ? syllables.split(" ") : [];
    let next = 0, plain = "";
    Array.from(text).forEach(function (letter) {
      const sound = CHINESE.test(letter) ? sounds[next++] : null;
      if (!sound || sound === "-") { plain += letter; return; }
      if (plain) { into.appendChild(document.createTextNode(plain)); plain = ""; }
      into.appendChild(el("ruby", {}, [document.createTextNode(letter), el("rt", { text: sound })]));
    });
    if (plain) into.appendChild(document.createTextNode(plain));
    return next;
  }

  // A text and its pinyin as nodes: [text, syllables].
  tq.pin = function (told) {
    const made = document.createDocumentFragment();
    add(made, told[0], told[1]);
    return made;
  };

  // A text of the page as nodes; its {fields} are texts, numbers, [text, syllables] or nodes.
  tq.say = function (id, values) {
    const told = tq.data.say[id] || [id, ""], made = document.createDocumentFragment();
    let sounds = told[1].split(" ");
    told[0].split(/(\{\w+\})/).forEach(function (piece) {
      const field = /^\{(\w+)\}$/.exec(piece), value = field && values ? values[field[1]] : undefined;
      if (value === undefined) sounds = sounds.slice(add(made, piece, sounds.join(" ")));
      else if (Array.isArray(value)) add(made, value[0], value[1]);
      else made.appendChild(value instanceof Node ? value : document.createTextNode(String(value)));
    });
    return made;
  };

  // The element with what is said in it.
  tq.saying = function (tag, given, said) { return el(tag, given, [said]); };

  tq.fill = function (element, children) {
    element.textContent = "";
    children.forEach(function (child) { if (child) element.appendChild(child); });
    return element;
  };

  tq.showPinyin = function (on) {
    document.body.classList.toggle("pinyin", on);
    tq.byId("tq-pinyin").setAttribute("aria-pressed", String(on));
  };
}(window.tq = window.tq || {}));
