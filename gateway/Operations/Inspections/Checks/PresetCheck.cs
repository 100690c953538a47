using AvGateway.Classes;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections.Checks;

/// <summary>Recalls the test position and the usual one. Where the camera tells no position, its word is all there is, and the row says so.</summary>
internal sealed class PresetCheck(TestPreset preset) : FunctionCheck(CheckWords.Preset)
{
    private static readonly Wording Failed = new("调用预置位失败", "it did not go to its preset");

    public override CheckRow? Prepare(CheckSession session)
    {
        Left = new($"预置位 {preset.Test}，再回到 {preset.Home}", $"preset {preset.Test}, then {preset.Home}");
        return null;
    }

    public override async Task<CheckRow> RunAsync(CheckSession session)
    {
        var there = await session.AskAsync(CodecWords.PresetRecallVerb, AskWithin, new Commands.RawArgument("n", preset.Test));
        if (there.IsGuarded) return session.NotDone(Name, there, "PRESET_FAILED", Failed);
        var back = await session.AskAsync(CodecWords.PresetRecallVerb, AskWithin, new Commands.RawArgument("n", preset.Home));
        if (!back.IsDone)
        {
            var row = session.NotDone(Name, back, "PRESET_FAILED", Failed);
            return row with { Detail = row.Detail is { } why ? Left.Then(why) : Left };
        }

        if (!there.IsDone) return session.NotDone(Name, there, "PRESET_FAILED", Failed);
        return there.Stat == 200 && back.Stat == 200
            ? session.Found(Name, RowState.Ok, SightReasons.Seen, SightReasons.Says(SightReasons.Seen), Left)
            : session.Found(Name, RowState.Skipped, "acknowledged-only", new("设备已应答，但无法回读位置", "acknowledged; its position cannot be read back"), Left);
    }
}
