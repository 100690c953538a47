using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings;

/// <summary>What everybody may know of a room's hearing (<c>S/R/$hearing</c>). Replaced, never edited; no case data.</summary>
/// <param name="Recording">Proof, not wish: see <see cref="RecordingWord"/>.</param>
/// <param name="Since">When the stage began (UTC).</param>
public sealed record HearingSnapshot(string Room, Stage Stage, RecordingWord Recording, DateTimeOffset Since)
{
    /// <summary>False until the stored record was read: nothing is known, so everything is guarded.</summary>
    public bool IsKnown { get; init; }

    /// <summary>The stage that a scene is leading to; null when none is under way or given up.</summary>
    public Stage? Wished { get; init; }

    /// <summary>The wished stage asks for silence that was not seen: shown as NOT CONFIRMED until it is.</summary>
    public bool NotConfirmed { get; init; }

    public bool IsPublic { get; init; }

    /// <summary>False while the store cannot take what is shown: a restart now would forget it.</summary>
    public bool IsStored { get; init; } = true;

    /// <summary>Open for longer than anybody planned: the clerk is asked, the hearing is never closed.</summary>
    public bool IsForgotten { get; init; }

    public bool IsOpen => StageSet.InSession.Has(Stage) || StageSet.Suspended.Has(Stage);
    public string PhaseWord => Stage.PhaseWord();
    public string RecordingText => Recording.Word();
    internal string? Hearing { get; init; }
    internal DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The stages whose rules hold now: also those of the stage that is being entered.</summary>
    public StageSet Stages => Wished is { } to ? StageSet.Of(Stage).And(to) : StageSet.Of(Stage);
}

/// <summary>The answer to a wish about a hearing.</summary>
/// <param name="Code">A code of CONTRACT §3 when it was refused.</param>
public sealed record HearingAnswer(bool Done, string? Code, Wording? Says)
{
    public static readonly HearingAnswer Yes = new(true, null, null);
}

/// <summary>Why a wish about a hearing is refused.</summary>
public static class HearingRefusals
{
    public static readonly HearingAnswer NotKnown = No("AVG-GUARD-HEARING-UNKNOWN", "庭审状态尚未读取",
        "the hearing's state has not been read yet");
    public static readonly HearingAnswer NotYours = No("AVG-AUTH-HEARING", "无权控制本庭", "this caller may not lead this room's hearing");
    public static readonly HearingAnswer Unconfirmed = No("AVG-GUARD-CONFIRM", "需要人工确认", "a person must confirm this");
    public static readonly HearingAnswer NotNow = No("AVG-GUARD-HEARING-STAGE", "当前庭审阶段不允许此操作",
        "not possible at this stage of the hearing");
    public static readonly HearingAnswer OtherOpen = No("AVG-GUARD-HEARING-OPEN", "本庭上一庭审尚未闭庭",
        "an earlier hearing of this room is still open");
    public static readonly HearingAnswer NotStored = No("AVG-INTERNAL", "无法保存庭审状态", "the hearing's state could not be stored");

    private static HearingAnswer No(string code, string zh, string en) => new(false, code, new(zh, en));
}
