using System.Collections.Immutable;
using AvGateway.Scenes.Hearings;

namespace AvGateway.Scenes.Model;

/// <summary>Scenes from JSON, with every finding and its place. The court's standard set is read by the same code.</summary>
public static class SceneReader
{
    private static readonly Dictionary<TargetKind, ImmutableHashSet<string>> Words = new()
    {
        [TargetKind.Microphones] = ["closed", "open"],
        [TargetKind.Streams] = ["closed", "as-docket"],
        [TargetKind.Remote] = ["closed", "open"],
        [TargetKind.Sinks] = ["blank", "home"],
        [TargetKind.Recorders] = ["recording", "interrupted", "stopped", "tested"],
        [TargetKind.Calls] = ["ended"],
        [TargetKind.Veils] = ["on", "off"],
        [TargetKind.Displays] = ["on"],
        [TargetKind.Point] = ["set"],
    };

    private static readonly Lazy<ImmutableArray<Scene>> Shipped = new(ReadStandard);

    /// <summary>Prepare, open, evidence, closed evidence, debate, protected witness, mediation, recess, deliberation, resume, verdict,
    /// close, panic mute, technical fault.</summary>
    public static ImmutableArray<Scene> Standard => Shipped.Value;

    /// <summary>Reads <c>[ scene, … ]</c>.</summary>
    public static (ImmutableArray<Scene> Scenes, ImmutableArray<Finding> Findings) Read(ReadOnlyMemory<byte> json)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var scenes = ImmutableArray.CreateBuilder<Scene>();
        if (StrictJson.Open(json, findings) is { } file)
            foreach (var item in file.Items())
            {
                var scene = ReadScene(item);
                if (scenes.Any(s => s.Id == scene.Id)) item.Find("TWICE", $"场景 {scene.Id} 重复", $"scene {scene.Id} stands twice", "id");
                scenes.Add(scene);
            }

        return (scenes.ToImmutable(), findings.ToImmutable());
    }

    private static Scene ReadScene(StrictJson item)
    {
        var id = item.Text("id", maximum: 40);
        if (!id.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-'))
            item.Find("ID", "只能含 a-z 0-9 -", "only a-z 0-9 - are allowed", "id");
        var scene = new Scene(id, item.Wording("name"), [.. item.Items("targets").Select(ReadTarget)])
        {
            Turn = item.Member("turn", false) is { } turn ? ReadTurn(turn) : null,
            OnFailure = item.Word("onFailure", OnFailure.RollBack),
            LegalReason = item.Word("legalReason", LegalReason.None),
            Confirm = item.Flag("confirm"),
            Preempts = item.Flag("preempts"),
            ReportsFault = item.Flag("reportsFault"),
        };
        item.End();
        Lint(item, scene);
        return scene;
    }

    private static SceneTurn? ReadTurn(StrictJson turn)
    {
        var told = turn.Word("told", Told.Withdrawn, isNeeded: true);
        var at = turn.Word("at", TurnPoint.Done);
        turn.End();
        return new(told, at);
    }

    private static SceneTarget ReadTarget(StrictJson item)
    {
        var kind = item.Word("of", TargetKind.Point, isNeeded: true);
        var be = item.Text("be");
        var tagged = item.Has("tagged") ? item.Text("tagged") : Tags.Any;
        var target = new SceneTarget(kind, tagged, be);
        if (kind is TargetKind.Point)
            target = target with { Device = item.Text("device"), Property = item.Text("property"), Value = item.Scalar("value") };
        var isShow = kind is TargetKind.Sinks && be.StartsWith("show:", StringComparison.Ordinal) && be.Length > 5;
        if (be.Length > 0 && !isShow && !Words[kind].Contains(be))
            item.Find("WORD", $"不能用于 {kind}：{be}", $"not a word for {kind}: {be}", "be");
        item.End();
        return target;
    }

    private static void Lint(StrictJson item, Scene scene)
    {
        var halts = scene.Targets.Any(t => t.Kind is TargetKind.Recorders && t.Be is "interrupted" or "stopped" or "tested");
        if (halts && scene.LegalReason is LegalReason.None)
            item.Find("REASON", "中断录制必须注明法定理由", "a scene that interrupts the recording must name its legal reason", "legalReason");
        if (scene.Turn is
            {
                Told: Told.ClosedEvidenceCalled or Told.MediationCalled or Told.Adjourned or Told.DeliberationCalled,
                At: TurnPoint.Done
            })
            item.Find("TURN", "不公开或休庭阶段必须在静默确认后进入", "a closed or suspended stage is entered once silence was seen", "turn");
    }

    private static ImmutableArray<Scene> ReadStandard()
    {
        using var stream = typeof(SceneReader).Assembly.GetManifestResourceStream("standard-scenes.json")
            ?? throw new InvalidOperationException("the standard scenes are missing from the assembly");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var (scenes, findings) = Read(bytes);
        return findings.IsEmpty ? scenes
            : throw new InvalidOperationException($"standard scenes: {findings[0].Place} {findings[0].Says.En}");
    }
}
