using System.Text;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Tests.Hearings;

namespace AvGateway.Scenes.Tests.Model;

public sealed class SceneReaderTests
{
    [Fact]
    public void The_courts_standard_set_is_complete_and_in_both_languages()
    {
        Assert.Equal(
            ["庭前准备", "开庭", "举证质证", "不公开质证", "法庭辩论", "隐蔽作证", "调解", "休庭", "合议", "复庭", "宣判", "闭庭", "紧急静音", "技术故障"],
            SceneReader.Standard.Select(s => s.Name.Zh));
        Assert.Equal(
            ["Prepare", "Open hearing", "Evidence", "Closed evidence", "Debate", "Protected witness", "Mediation", "Recess",
                "Deliberation", "Resume", "Verdict", "Close hearing", "Panic mute", "Technical fault"],
            SceneReader.Standard.Select(s => s.Name.En));
    }

    [Fact]
    public void Only_scenes_with_a_legal_reason_touch_a_running_recording()
    {
        var halting = SceneReader.Standard.Where(s => s.LegalReason is not LegalReason.None).Select(s => (s.Id, s.LegalReason));

        Assert.Equal(
            [("prepare", LegalReason.TestRecording), ("closed-evidence", LegalReason.ClosedEvidence),
                ("mediation", LegalReason.Mediation), ("recess", LegalReason.Recess),
                ("deliberation", LegalReason.Deliberation), ("close", LegalReason.Closing)],
            halting);
    }

    [Fact]
    public void Closing_and_what_is_not_public_ask_for_confirmation_and_a_panic_mute_does_not()
    {
        Assert.Equal(
            ["open", "closed-evidence", "protected-witness", "mediation", "resume", "close"],
                SceneReader.Standard.Where(s => s.Confirm).Select(s => s.Id));
        Assert.Equal(["panic-mute"], SceneReader.Standard.Where(s => s.Preempts).Select(s => s.Id));
        Assert.Equal(["technical-fault"], SceneReader.Standard.Where(s => s.ReportsFault).Select(s => s.Id));
    }

    [Theory]
    [InlineData("""[{"id":"A b","name":{"zh":"一","en":"one"},"targets":[]}]""", "$[0].id ID")]
    [InlineData("""[{"id":"a","name":{"zh":"一"},"targets":[]}]""", "$[0].name.en MISSING")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"targets":[{"of":"microphones","be":"loud"}]}]""", "$[0].targets[0].be WORD")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"targets":[{"of":"lights","be":"on"}]}]""", "$[0].targets[0].of WORD")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"targets":[{"of":"sinks","be":"show:"}]}]""", "$[0].targets[0].be WORD")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"targets":[{"of":"recorders","be":"stopped"}]}]""", "$[0].legalReason REASON")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"turn":{"told":"adjourned","at":"done"},"targets":[]}]""", "$[0].turn TURN")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"turn":{"told":"finished"},"targets":[]}]""", "$[0].turn.told WORD")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"targets":[],"colour":1}]""", "$[0].colour UNKNOWN")]
    [InlineData("""[{"id":"a","name":{"zh":"一","en":"one"},"targets":[]},{"id":"a","name":{"zh":"一","en":"one"},"targets":[]}]""", "$[1].id TWICE")]
    [InlineData("""{}""", "$ TYPE")]
    public void A_wrong_scene_is_found_with_its_place(string json, string finding)
    {
        var (_, findings) = SceneReader.Read(Encoding.UTF8.GetBytes(json));

        Assert.Contains(finding, findings.Select(f => $"{f.Place} {f.Code}"));
        Assert.All(findings, f => Assert.True(f.Says.Zh.Length > 0 && f.Says.En.Length > 0));
    }

    [Theory]
    [InlineData("\"home\": \"composite\"", "\"home\": \"nowhere\"", "$ HOME")]
    [InlineData("\"input\": 2", "\"input\": 1", "$ TWICE")]
    [InlineData("\"input\": 2", "\"input\": 0", "$ BLANK")]
    [InlineData("\"property\": \"output-2\"", "\"property\": \"output-1\"", "$ TWICE")]
    [InlineData("\"role\": \"main\"", "\"role\": \"spare\"", "$.recorders[0].role WORD")]
    [InlineData("\"pausesFor\": [\"deliberation\"]", "\"pausesFor\": [\"closing\"]", "$.pausesFor WORD")]
    [InlineData("\"codecs\"", "\"kodecs\"", "$.kodecs UNKNOWN")]
    public void A_copy_error_in_a_layout_is_found_before_a_hearing_finds_it(string good, string bad, string finding)
    {
        var json = Example("layout");
        var at = json.IndexOf(good, StringComparison.Ordinal);
        Assert.True(at >= 0, good);

        var (_, findings) = RoomLayoutReader.Read("court-1", Encoding.UTF8.GetBytes(json[..at] + bad + json[(at + good.Length)..]));

        Assert.Contains(finding, findings.Select(f => $"{f.Place} {f.Code}"));
    }

    [Fact]
    public void The_examples_of_the_manual_are_read_without_a_finding_and_fit_together()
    {
        var (layout, findings) = RoomLayoutReader.Read("court-1", Encoding.UTF8.GetBytes(Example("layout")));
        var (scenes, sceneFindings) = SceneReader.Read(Encoding.UTF8.GetBytes(Example("scenes")));
        var docket = AvGateway.Scenes.Hearings.Docket.JsonDocket.Read(Encoding.UTF8.GetBytes(Example("docket")),
            TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

        Assert.Empty(findings);
        Assert.Empty(sceneFindings);
        Assert.Empty(docket.Findings);
        Assert.All(docket.Entries, e => Assert.Equal(layout.Room, e.Room));
        var (wishes, notes) = new SceneResolver(layout, _ => null).Resolve(Assert.Single(scenes), isPublic: false);
        Assert.Empty(notes);
        Assert.Equal(["matrix.output-1 3", "matrix.output-2 0", "dsp.muted-1 false", "dsp.muted-2 true"],
            wishes.Select(w => $"{w.Point} {w.Value}"));
    }

    [Fact]
    public void The_manual_names_every_scene_stage_fault_and_guard_code()
    {
        var manual = Manual();

        Assert.All(SceneReader.Standard, s => Assert.Contains($"`{s.Id}` | {s.Name.Zh} | {s.Name.En} |", manual, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<Stage>(), s => Assert.Contains($"`{s.Word()}`", manual, StringComparison.Ordinal));
        Assert.All(AvGateway.Scenes.Hearings.Recording.RecordingFaults.All, f =>
            Assert.Contains($"`{f.Code}`", manual, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<AvGateway.Scenes.Hearings.Guard.GuardReason>().Skip(1), r =>
            Assert.Contains($"`{AvGateway.Scenes.Hearings.Guard.GuardTexts.Code(r)}`", manual, StringComparison.Ordinal));
        Assert.All(AvGateway.Scenes.Policy.RoutePolicy.Standard.Rules, r =>
            Assert.Contains($"`{r.Code}`", manual, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_stage_has_its_word_and_its_name()
    {
        var phases = new[] { "planned", "preparing", "in-session", "adjourned", "deliberation", "closed" };

        Assert.All(Enum.GetValues<Stage>(), s => Assert.Contains(s.PhaseWord(), phases));
        Assert.All(Enum.GetValues<Stage>(), s => Assert.True(s.Name().Zh.Length > 0 && s.Name().En.Length > 0));
        Assert.All(Enum.GetValues<LegalReason>(), r => Assert.True(r.Name().Zh.Length > 0 && r.Name().En.Length > 0));
    }

    // A block of the manual that begins with the comment "// NAME".
    private static string Example(string name)
    {
        var manual = Manual();
        var at = manual.IndexOf($"```jsonc\n// {name}\n", StringComparison.Ordinal);
        Assert.True(at >= 0, name);
        var begin = manual.IndexOf('\n', at) + 1;
        return manual[begin..manual.IndexOf("\n```", begin, StringComparison.Ordinal)];
    }

    private static string Manual() =>
        File.ReadAllText(HearingMachineTests.Beside("../../../gateway/docs/hearings.md")).ReplaceLineEndings("\n");
}
