// What the child looks for, and whether a place is it: yes, perhaps (nobody knows: ask first), no.
(function (tq) {
  "use strict";

  const data = tq.data, NO = 0, PERHAPS = 1, YES = 2;
  tq.NO = NO;
  tq.PERHAPS = PERHAPS;
  tq.YES = YES;

  tq.choice = { theme: null, age: null, wishes: new Set(), words: "", sort: "number" };
  tq.now = function () { return new Date(); };

  // What can be wished for; each says of a place true, false, or null where nobody knows.
  tq.wishes = [
    { id: "open", icon: "clock", holds: function (sight) { return tq.openToday(sight, tq.now()).open; } },
    { id: "dry", icon: "rain", holds: function (sight) { return sight.indoor; } },
    { id: "wheels", icon: "wheels", holds: function (sight) { return sight.stepFree; } },
    { id: "free", icon: "free", holds: function (sight) { return sight.free; } }
  ];

  function plain(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }

  data.sights.forEach(function (sight, i) {
    const sounds = plain(sight.name[1]);
    sight.row = i;
    sight.isNumbered = sight.number > 0;
    sight.words = [sight.name[0], sight.english || "", sight.kind[0], sight.key].map(plain)
      .concat(sounds.replace(/ /g, ""), sounds.split(" ").map(function (s) { return s.charAt(0); }).join(""), sight.isNumbered ? String(sight.number) : "");
  });

  function isNamed(sight, words) {
    const key = plain(words.trim());
    if (/^\d+$/.test(key)) return String(sight.number) === key || sight.words[0].indexOf(key) >= 0;
    return sight.words.some(function (word) { return word.indexOf(key) >= 0; });
  }

  tq.answer = function (sight) {
    const c = tq.choice;
    if (c.theme && sight.theme !== c.theme) return NO;
    if (c.age !== null && (c.age < sight.ages[0] || c.age > sight.ages[1])) return NO;
    if (c.words.trim() && !isNamed(sight, c.words)) return NO;
    let answer = YES;
    tq.wishes.forEach(function (wish) {
      if (!c.wishes.has(wish.id)) return;
      const holds = wish.holds(sight);
      answer = Math.min(answer, holds === null ? PERHAPS : holds ? YES : NO);
    });
    return answer;
  };

  tq.choose = function (changes) {
    Object.assign(tq.choice, changes);
    tq.tell("choice");
  };

  // Speed of a child of the chosen age, else of the one whose ways these are, metres per second; null where unknown.
  tq.speed = function () {
    const age = tq.choice.age === null ? data.how.wayAge : tq.choice.age;
    const known = data.ages.filter(function (a) { return a.age === age; })[0] || data.ages[0];
    return known ? known.speed : null;
  };

  tq.minutes = function (metres) { return Math.max(1, Math.round(metres / tq.speed() / 60)); };
}(window.tq = window.tq || {}));
