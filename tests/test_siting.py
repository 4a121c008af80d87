"""Targets of the plan on the sample district: answers hold what the plan demands, and nothing is hidden."""

import json
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from app.cli import main
from app.planner import Planner
from app.siting.around import find_around
from app.siting.candidates import find_candidates
from app.siting.decide import Asked, decide
from app.texts import Texts
from geo.errors import InputError, SettingsError, UnknownIdError
from layers.plan import WAYS, read_plan
from tests.sample import SAMPLE, built_sample, fresh_copy

TEXTS = Texts("zh-CN")
PLACES = ("reading", "communities", "community_pilots", "parks", "hospital", "schools")


@pytest.fixture(scope="module")
def sample():
    """Return the results of the sample district."""
    return Planner(built_sample()).results


@pytest.fixture
def own(tmp_path):
    """Return what writes a plan.toml into a copy of the sample and answers a target with it."""
    folder = fresh_copy(tmp_path / "区")

    def answer(text, target, **asked):
        (folder / "plan.toml").write_text(text, encoding="utf-8")
        return decide(Planner(folder).results, target, TEXTS, Asked(n_runs=0, **asked))

    return answer


def test_the_plan_names_all_targets_of_the_items():
    targets = read_plan(SAMPLE).targets
    wanted = {"reading", "communities", "parks", "schools", "hospital", "crosswalks", "streets", "travel_areas"}
    assert wanted <= set(targets)
    assert {targets[id_].model for id_ in ("crosswalks", "streets", "travel_areas")} == set(WAYS)


@pytest.mark.parametrize("target", PLACES)
def test_an_answer_is_proven_and_keeps_the_number(sample, target):
    facts = decide(sample, target, TEXTS, Asked(n_runs=20)).answer
    asked = read_plan(sample.district.folder).target(target).n
    assert facts.certificate.proven
    assert facts.certificate.value == pytest.approx(facts.certificate.bound, rel=1e-6)
    assert asked is None or len(facts.chosen) == asked
    assert all(0.0 <= site.stays <= 1.0 for site in facts.chosen)
    assert all(site.gain_on_top <= site.gain_alone + 1e-6 for site in facts.chosen)
    assert len({site.id for site in facts.chosen}) == len(facts.chosen)


def test_gains_of_reading_spaces_are_the_change_of_coverage(sample):
    facts = decide(sample, "reading", TEXTS, Asked(n_runs=0)).answer
    whole = facts.changes[-1]
    gained = whole.children * (whole.after - whole.before)
    assert gained == pytest.approx(facts.certificate.value, rel=1e-9)
    before = [row for row in sample.figures if row.zone == -1 and row.need == "reading"]
    assert whole.before == pytest.approx(sum(row.met for row in before) / sum(row.children for row in before))
    for change in facts.changes:
        assert change.before_low <= change.before <= change.before_high
        assert change.after_low <= change.after <= change.after_high
        assert change.before <= change.after


def test_three_reading_spaces_equal_trying_all_sets(own, sample):
    text = '[targets.reading]\nn = 3\nspacing_m = 0\ncandidates = ["youth_centre", "museum", "theatre", "cinema"]\n'
    facts = own(text, "reading").answer
    target = read_plan(sample.district.folder).target("reading")
    target = target.model_copy(update={"candidates": ["youth_centre", "museum", "theatre", "cinema"]})
    candidates = find_candidates(sample, target, TEXTS)
    catchments = find_around(sample, target, candidates, TEXTS, speed_doubt=0.0).catchments
    near = catchments.near.toarray() & ~catchments.met
    best = max(
        float(catchments.children[near[list(some)].any(axis=0)].sum())
        for some in combinations(range(len(candidates)), 3)
    )
    assert facts.certificate.value == pytest.approx(best)


def test_communities_keep_quotas_and_groups(sample):
    facts = decide(sample, "communities", TEXTS, Asked(n_runs=0)).answer
    zones = [site.zone for site in facts.chosen]
    towns = [name for name in sample.zones["name"] if name.endswith("街道")]
    assert all(3 <= zones.count(name) <= 5 for name in towns)
    assert set(zones) == set(towns)
    years = sample.places.table.set_index("place_id")["built_year"]
    built = np.array([years[site.id] for site in facts.chosen])
    assert (built <= 2000).sum() >= 2
    assert (built >= 2001).sum() >= 2


def test_locks_are_kept_and_told(own):
    names = [site.name for site in own("", "parks").answer.candidates]
    text = f'[targets.parks]\nn = 2\nlocked_in = ["{names[4]}"]\nlocked_out = ["{names[0]}"]\n'
    facts = own(text, "parks").answer
    assert names[4] in {site.name for site in facts.chosen if site.locked}
    assert names[0] not in {site.name for site in facts.chosen}
    assert any(names[0] in said for said in facts.constraints)


def test_a_budget_is_kept(own):
    free = own("", "reading", n=3).answer
    dear = free.chosen[0].id
    text = "[targets.reading]\nn = 3\nbudget = 60\n[targets.reading.layer_costs]\n"
    text += "".join(f"{layer} = 20\n" for layer in read_plan(SAMPLE).target("reading").candidates)
    cheap = own(text, "reading").answer
    assert cheap.certificate.value == pytest.approx(free.certificate.value)
    assert {site.cost for site in cheap.chosen} == {20.0}
    held = own(f'{text}[targets.reading.costs]\n"{dear}" = 20.5\n', "reading").answer
    assert dear not in {site.id for site in held.chosen}
    assert sum(site.cost for site in held.chosen) <= 60.0
    assert own(text, "reading").decision.to_decide == "是否将这3处列入建设计划（费用合计60万元）。"
    assert {"费用合计不超过60万元。", "入选各处合计60万元。"} <= set(held.constraints)


def test_a_budget_needs_the_costs_of_all(own):
    site = own("", "hospital", n=2).answer.chosen[0]
    with pytest.raises(InputError, match="have no cost"):
        own(f'[targets.hospital]\nbudget = 100\n[targets.hospital.costs]\n"{site.id}" = 90\n', "hospital")


def test_an_impossible_quota_names_its_conflict(own):
    decided = own('[targets.communities.quota."柳溪街道"]\nleast = 9\nmost = 9\n', "communities")
    assert "柳溪街道" in decided.conflict
    assert "9" in decided.conflict
    assert decided.decision.chosen == ()
    assert decided.decision.conflicts == (decided.conflict,)


def test_crossings_keep_quotas_of_zones_by_pattern(own, sample):
    decision = own('[targets.crosswalks]\nzones = [{ match = ".", least = 2, most = 2 }]\n', "crosswalks").decision
    assert sorted(site.zone for site in decision.chosen) == sorted(2 * sample.zones["name"].astype(str).tolist())


def test_a_quota_for_no_zone_and_too_few_sites_are_told(own):
    facts = own('[targets.communities]\nzones = [{ match = "火星", least = 3 }]\n', "communities").answer
    assert any("火星" in said for said in facts.doubts)
    decision = own("[targets.crosswalks]\nspacing_m = 1e7\n", "crosswalks").decision
    assert len(decision.chosen) == 1
    assert decision.biggest_doubt == "方案要求10处，只选出1处：其余的或者没有作用，或者不符合条件。"


def test_two_locked_sites_in_one_spot_contradict_the_spacing(own):
    ids = [site.id for site in own("[targets.reading]\nspacing_m = 0\n", "reading").answer.chosen[:2]]
    text = f"[targets.reading]\nspacing_m = 20000\nlocked_in = {json.dumps(ids)}\nn = 2\n"
    assert "20" in own(text, "reading").conflict


@pytest.mark.parametrize(
    ("text", "target", "error", "words"),
    [
        ('[targets.parks]\ncandidates = ["park", "zoo_of_mars"]\n', "parks", SettingsError, "zoo_of_mars"),
        ('[targets.parks]\nneeds = ["play", "mars"]\n', "parks", SettingsError, "mars"),
        ("[targets.parks]\nleast_area_m2 = 1e9\n", "parks", InputError, "no candidates"),
        (
            '[targets.parks.criteria.need]\nmeasure = "places"\nlayers = ["mars"]\nwithin_m = 9\n',
            "parks",
            SettingsError,
            "criteria.need.layers",
        ),
        ("[targets.parks.criteria.need]\nweight = inf\n", "parks", SettingsError, "need.weight"),
        ("[targets.parks.criteria.need]\nweight = 1e308\n", "parks", SettingsError, "need.weight"),
        ("[targets.parks.criteria.need]\nweight = true\n", "parks", SettingsError, "need.weight"),
        (
            "".join(
                f"[targets.parks.criteria.{id_}]\nweight = 0\n" for id_ in ("need", "children", "equity", "potential")
            ),
            "parks",
            SettingsError,
            "whose weight is above 0",
        ),
        ("[targets.parks]\nn = 100000000000000000000\n", "parks", SettingsError, "targets.parks.n"),
        ("[targets.parks.quota.望麦街道]\nleast = 1\n", "parks", SettingsError, "need quotes"),
        ("[targets.parks]\nspacing_m = inf\n", "parks", SettingsError, "spacing_m"),
        ("[targets.parks.costs]\n'映荷公园' = inf\n", "parks", SettingsError, "映荷公园"),
        ("[targets.communities.groups.old]\nto = nan\n", "communities", SettingsError, "old.to"),
        ('[targets.reading]\nmodel = "cover"\nshare = 0\n', "reading", SettingsError, "share"),
        ("[doubt]\nspeed = 10\n", "parks", SettingsError, "doubt.speed"),
        ("[doubt]\nweights = 5000\n", "parks", SettingsError, "doubt.weights"),
        ("[effort]\nn_kicks = 10000000\n", "parks", SettingsError, "n_kicks"),
        ('[targets.streets.quota."望麦街道"]\nleast = 1\n', "streets", SettingsError, "take out what else"),
        ("[targets.parks]\nn ＝ 1\n", "parks", SettingsError, "line 2.*not ＝"),
        ("a = " + "[" * 5000, "parks", SettingsError, "not TOML"),
        (".".join(["a"] * 3000) + " = 1\n", "parks", SettingsError, "unknown key"),
        ("n = " + "9" * 5000, "parks", SettingsError, "not TOML"),
        ("[targets.parks.criteria.need]\nweight = -1\n", "parks", SettingsError, "weight"),
        ("[targets.parks]\nn = 0\n", "parks", SettingsError, "targets.parks.n"),
        ("[targets.parks.criteria.need]\nweight = inf\n", "parks", SettingsError, "weight"),
        ("[targets.parks]\nwithin_min = 1e9\n", "parks", SettingsError, "within_min"),
        ("[targets.communities.groups.old]\nfrom = 2010\n", "communities", SettingsError, "to must not be less"),
        ("[targets.crosswalks]\nbudget = 3\n", "crosswalks", SettingsError, "take out what else"),
        ('[targets.streets.quota."柳溪街道"]\nleast = 1\n', "streets", SettingsError, "quota"),
        ("[targets.parks.layer_costs]\nzoo = 3\n", "parks", SettingsError, "layer_costs"),
        ("[targets.parks]\nsize = 3\n", "parks", SettingsError, "size"),
        ('[targets.parks]\nlocked_in = ["没有这个公园"]\n', "parks", InputError, "没有这个公园"),
        ('[targets.parks.quota."火星街道"]\nleast = 1\n', "parks", InputError, "火星街道"),
        ('[targets.reading]\nneeds = ["mars"]\n', "reading", InputError, "mars"),
        ('plan = "mars"\n', "reading", UnknownIdError, "mars"),
        ("", "mars", UnknownIdError, "mars"),
    ],
)
def test_bad_plans_are_refused(own, text, target, error, words):
    with pytest.raises(error, match=words):
        own(text, target)


@pytest.mark.parametrize("id_", ["../../evil", "a/b", "a b", "", "长" * 65, "coverage"])
def test_the_id_of_a_target_is_a_name_of_a_file_in_the_folder_of_reports(own, id_):
    text = f"""
[targets."{id_}"]
name = {{ "zh-CN" = "游戏场", en = "Playgrounds" }}
question = {{ "zh-CN" = "建在哪里？", en = "Where?" }}
model = "coverage"
n = 1
needs = ["play"]
candidates = ["square"]
"""
    with pytest.raises(SettingsError, match="targets"):
        own(text, id_)


def test_a_plan_that_is_a_folder(tmp_path):
    (tmp_path / "plan.toml").mkdir()
    with pytest.raises(SettingsError, match=r"plan\.toml: cannot be read"):
        read_plan(tmp_path)


def test_what_has_no_effect_is_told(own):
    def doubts(text, target):
        return " ".join(own(text, target).decision.doubts)

    assert "火星" in doubts('[targets.parks]\nzones = [{ match = "火星", least = 2 }]\n', "parks")
    assert "已算作" in doubts('[targets.reading]\nn = 2\ncandidates = ["library", "cinema"]\n', "reading")
    assert "只选出1处" in doubts("[targets.crosswalks]\nspacing_m = 1e9\n", "crosswalks")
    usual = doubts("", "parks")
    assert "没有作用" not in usual
    assert "只选出" not in usual


def test_the_longest_walk_and_the_largest_doubt_of_speed_together(own):
    text = "[doubt]\nspeed = 0.5\n[targets.parks]\nwithin_min = 60\n"
    assert own(text, "parks").answer.certificate.proven


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["parks", "--n", "0"], 2, "[--n] 不得小于1"),
        (["parks", "--n", "999999"], 2, "[--n] 不得大于100000"),
        (["parks", "--n", "x"], 2, "[--n] 需要数字"),
        (["parks", "--runs", "-1"], 2, "[--runs] 不得小于0"),
        (["parks", "reading"], 2, "reading：多余的参数"),
        (["parks", "--runs", "0", "--json", ""], 5, "不是文件名"),
    ],
)
def test_bad_commands_are_refused_in_the_reader_s_language(capsys, arguments, code, words):
    with pytest.raises(SystemExit) as left:
        main(["sites", str(built_sample()), *arguments])
    assert left.value.code == code
    assert words in capsys.readouterr().err


def test_a_report_in_no_form_is_refused():
    with pytest.raises(InputError, match="--format"):
        Planner(built_sample()).report("coverage", [])


def test_all_locked_out(own):
    ids = [site.id for site in own("", "hospital").answer.candidates]
    with pytest.raises(InputError, match="locked out"):
        own(f"[targets.hospital]\nlocked_out = {json.dumps(ids)}\n", "hospital")


def test_a_target_of_the_office_s_own_is_data(own):
    text = """
[targets.play]
name = { "zh-CN" = "口袋游戏场", en = "Pocket playgrounds" }
question = { "zh-CN" = "建在哪里？", en = "Where?" }
model = "MODEL"
n = 3
share = 0.5
needs = ["play"]
candidates = ["square", "garden", "park"]
"""
    found = {
        model: own(text.replace("MODEL", model), "play").answer for model in ("coverage", "median", "backup", "seated")
    }
    assert all(len(facts.chosen) == 3 for facts in found.values())
    assert found["seated"].certificate.value == pytest.approx(found["coverage"].certificate.value)
    fewest = own(text.replace("MODEL", "cover").replace("n = 3\n", ""), "play").answer
    assert fewest.certificate.proven


def test_a_search_tells_how_it_goes(sample):
    told = []
    facts = decide(sample, "reading", TEXTS, Asked(n_runs=0, listen=told.append)).answer
    assert told
    last = told[-1]
    assert last.objective <= facts.certificate.value * (1 + 1e-9)
    assert all(one.seconds >= 0.0 for one in told)


def test_a_zone_without_homes_is_told(tmp_path):
    folder = fresh_copy(tmp_path / "s")
    results = Planner(folder).results
    park = results.places.table[results.places.table["layer"] == "park"]
    spots = park.geometry[park["inside"]].representative_point()
    away = [float(np.hypot(*(results.homes.xy - (spot.x, spot.y)).T).min()) for spot in spots]
    hole = spots.iloc[int(np.argmax(away))].buffer(min(max(away) / 2.0, 30.0))
    zones = gpd.read_file(folder / "zones.geojson")
    hole = gpd.GeoSeries([hole], crs=results.area.crs).to_crs(zones.crs).iloc[0]
    zones.geometry = zones.geometry.difference(hole)
    empty = gpd.GeoDataFrame({"name": ["无人街道"]}, geometry=[hole], crs=zones.crs)
    pd.concat([zones, empty]).to_file(folder / "zones.geojson", driver="GeoJSON")
    (folder / "plan.toml").write_text('[targets.reading.quota."无人街道"]\nleast = 1\n', encoding="utf-8")
    results = Planner(folder).results
    facts = decide(results, "reading", TEXTS, Asked(n_runs=0)).answer
    assert any("无人街道" in said for said in facts.doubts)
    assert "无人街道" in {site.zone for site in facts.chosen}
    change = next(one for one in facts.changes if one.zone == "无人街道")
    assert (change.children, change.before, change.after) == (0.0, None, None)


def test_the_same_seed_gives_the_same_shares(sample):
    first, second = (decide(sample, "community_pilots", TEXTS, Asked(n_runs=12)).answer for _ in range(2))
    assert [site.stays for site in first.chosen] == [site.stays for site in second.chosen]


def test_the_command_writes_json_and_tells_a_conflict_by_its_code(tmp_path, capsys):
    folder, file = fresh_copy(tmp_path / "s"), tmp_path / "plan.json"
    main(["--lang", "en", "sites", str(folder), "hospital", "--json", str(file), "--runs", "3", "--quiet"])
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["answer"]["certificate"]["proven"]
    assert told["conflict"] is None
    assert "OpenStreetMap" in told["provenance"]["attribution"]
    (folder / "plan.toml").write_text("[targets.hospital]\nn = 99\n", encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["--lang", "en", "sites", str(folder), "hospital"])
    assert left.value.code == 2
    assert "99" in capsys.readouterr().out


def test_a_report_in_another_language_leaves_the_index_in_its_own(tmp_path):
    planner = Planner(fresh_copy(tmp_path / "s"), lang="en")
    planner.report("coverage", ["html"])
    index = (planner.folder / "out" / "index.html").read_text(encoding="utf-8")
    assert 'lang="zh-CN"' in index
    assert "报告：覆盖率" in index


@pytest.mark.parametrize("target", ["reading", "communities", "crosswalks", "streets", "travel_areas"])
def test_every_target_has_a_report(tmp_path, target):
    planner = Planner(fresh_copy(tmp_path / "s"))
    (planner.folder / "plan.toml").write_text("[doubt]\nn_runs = 2\n", encoding="utf-8")
    written = planner.report(target, ["html", "xlsx"])
    text = written[0].read_text(encoding="utf-8")
    asked = read_plan(planner.folder).target(target)
    assert asked.asks.zh in text
    index = (planner.folder / "out" / "index.html").read_text(encoding="utf-8")
    assert f'href="reports/{target}.html"' in index
    assert asked.name.zh in index
    assert "OpenStreetMap" in text


def test_a_school_of_two_kinds_is_one_candidate(sample):
    target = read_plan(sample.district.folder).target("schools")
    candidates = find_candidates(sample, target, TEXTS)
    both = [i for i, layers in enumerate(candidates.kinds) if len(layers) > 1]
    assert both
    table = sample.places.table
    for i in both:
        assert table["osm"].to_numpy()[candidates.number == i].tolist() == [table["osm"].iloc[candidates.rows[i]]] * 2
        for id_ in table["place_id"].to_numpy()[candidates.number == i]:
            assert candidates.row_of(id_) == i
    spots = {tuple(xy) for xy in candidates.xy.round(2).tolist()}
    assert len(spots) == len(candidates)
    ones = np.ones(len(table))
    assert candidates.total(ones).tolist() == [float(len(layers)) for layers in candidates.kinds]


def test_the_plans_own_figure_stays_whatever_is_asked(own):
    for target, n in (("reading", 3), ("crosswalks", 4)):
        figures = [clause.value for clause in own("", target, n=n).decision.clauses if clause.status == "V"]
        assert figures[-1] == read_plan(SAMPLE).target(target).asks.zh
        assert f"{n}处" not in figures
