// When a place is open today, in words; nobody knows is an answer too.
(function (tq) {
  "use strict";

  const say = tq.say, DAY = 24 * 60;

  function clock(minutes) {
    const m = minutes % DAY, text = String(Math.floor(m / 60)) + ":" + String(m % 60).padStart(2, "0");
    return m === 0 && minutes > 0 ? "24:00" : text;
  }

  // Spans of today, and what of yesterday goes on after midnight.
  function spansOf(week, now) {
    const day = (now.getDay() + 6) % 7, before = week[(day + 6) % 7];
    const late = before.filter(function (span) { return span[1] > DAY; }).map(function (span) { return [0, span[1] - DAY]; });
    return { today: week[day], late: late };
  }

  // {open: true, false or null when unknown, isNow, text}
  tq.openToday = function (sight, now) {
    if (!sight.opening) return { open: null, isNow: null, text: say("We don't know. Ask first.") };
    const spans = spansOf(sight.opening.week, now), at = now.getHours() * 60 + now.getMinutes();
    const current = spans.today.concat(spans.late).filter(function (span) { return span[0] <= at && at < span[1]; })[0];
    const left = spans.today.filter(function (span) { return span[1] > at; });
    if (!spans.today.length && !current) return { open: false, isNow: false, text: say("Closed today") };
    if (current && current[0] === 0 && current[1] >= DAY) return { open: true, isNow: true, text: say("Open all day") };
    if (current) return { open: true, isNow: true, text: say("Open now, until {time}", { time: clock(current[1]) }) };
    if (left.length) return { open: true, isNow: false, text: say("Opens today at {time}", { time: clock(left[0][0]) }) };
    return { open: false, isNow: false, text: say("Closed for today") };
  };

  tq.hoursToday = function (sight, now) {
    if (!sight.opening) return "";
    return spansOf(sight.opening.week, now).today.map(function (span) { return clock(span[0]) + "–" + clock(span[1]); }).join(", ");
  };
}(window.tq = window.tq || {}));
