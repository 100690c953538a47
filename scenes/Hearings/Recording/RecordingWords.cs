namespace AvGateway.Scenes.Hearings.Recording;

/// <summary>What a recorder was last wished to do.</summary>
public enum RecordingWish { None, Record, Pause, Stop }

/// <summary>
/// What may be said of a hearing's recording. <see cref="Proven"/>: every recorder that should record shows content that grows.
/// <see cref="NotRecorded"/>: none does. <see cref="Unproven"/>: anything between, also one recorder of two.
/// </summary>
public enum RecordingWord { Off, Unproven, Proven, NotRecorded }

/// <summary>Where a recorder's counter stood (UTC, seconds): its timecode, or what it had recorded.</summary>
public readonly record struct Watermark(DateTimeOffset At, long Recorded);

public static class RecordingWordNames
{
    /// <summary>The <c>recording</c> word of <c>S/R/$hearing</c>.</summary>
    public static string Word(this RecordingWord word) => word switch
    {
        RecordingWord.Proven => "proven",
        RecordingWord.NotRecorded => "not-recorded",
        RecordingWord.Unproven => "unproven",
        _ => "off",
    };

    public static Model.Wording Says(this RecordingWord word) => word switch
    {
        RecordingWord.Proven => new("录制中", "Recording"),
        RecordingWord.NotRecorded => new("未录制", "NOT RECORDED"),
        RecordingWord.Unproven => new("未确认", "Not confirmed"),
        _ => new("未录制（无需）", "Not recording, as wished"),
    };
}
