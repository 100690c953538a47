using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Verbs and properties of a courtroom recorder.</summary>
public static class RecorderWords
{
    public const string RecordVerb = "record";
    public const string PauseVerb = "pause";
    public const string ResumeVerb = "resume";
    public const string StopVerb = "stop";
    public const string MarkVerb = "mark";

    public const string RecordingState = "recording";
    public const string RecordedTime = "recorded";
    public const string RecordingTimecode = "timecode";
    public const string StorageTime = "storage-left";
    public const string LoudestLevel = "level";
    public const string ClockDifference = "clock-offset";

    // One slot for all of them: the last wish about the transport counts.
    private const string Transport = "transport";

    public static readonly VerbSpec Record = new(RecordVerb, "Start recording", "开始录制", Transport)
    {
        Disturbing = true,
        Arguments = [new("name", ValueKind.Text, "Name of the file, ASCII", "文件名（ASCII）") { Optional = true, MaxLength = 64 }],
    };

    public static readonly VerbSpec Pause = new(PauseVerb, "Pause recording", "暂停录制", Transport) { Disturbing = true };
    public static readonly VerbSpec Resume = new(ResumeVerb, "Resume recording", "继续录制", Transport) { Disturbing = true };
    public static readonly VerbSpec Stop = new(StopVerb, "Stop recording", "停止录制", Transport) { Disturbing = true };
    public static readonly VerbSpec Mark = new(MarkVerb, "Set a mark", "打标记") { Idempotent = false };

    public static readonly PropertySpec Recording = new(RecordingState, ValueKind.Text, "Recording", "录制状态")
    {
        OneOf = [RecordingStates.Stopped, RecordingStates.Starting, RecordingStates.Recording, RecordingStates.Paused, RecordingStates.Stopping, RecordingStates.Unknown],
        Words = RecordingStates.Words,
    };

    public static readonly PropertySpec Recorded = new(RecordedTime, ValueKind.Integer, "Recorded so far", "已录时长") { Unit = "s" };

    /// <summary>
    /// Where the recording stands by a clock of the recorder's own that moves only while it records. For recorders that tell no recorded time: a
    /// recording that was under way before anybody looked proves itself by it.
    /// </summary>
    public static readonly PropertySpec Timecode = new(RecordingTimecode, ValueKind.Integer, "Timecode of the recording", "录制时码") { Unit = "s" };

    /// <summary>The loudest channel as the recorder itself meters it, relative to full scale.</summary>
    public static readonly PropertySpec Level = new(LoudestLevel, ValueKind.Number, "Loudest channel", "最大音频电平") { Unit = "dBFS", Max = 0 };

    /// <summary>The recorder's clock minus the gateway's; positive when the recorder is ahead.</summary>
    public static readonly PropertySpec ClockOffset = new(ClockDifference, ValueKind.Number, "Clock offset", "时钟偏差") { Unit = "s" };

    public static readonly PropertySpec StorageLeft = new(StorageTime, ValueKind.Integer, "Recording time left", "剩余可录时长") { Unit = "s" };

    /// <summary>Raised when the device acknowledged and its recording state did not follow.</summary>
    public static readonly FaultSpec NotFollowing = new("recorder.not-following", "The recorder acknowledged but did not follow", "录制设备已应答但未执行");

    /// <summary>Raised when a running recording ended without a wish of ours.</summary>
    public static readonly FaultSpec StoppedByItself = new("recorder.stopped-by-itself", "The recording stopped without being told to", "录制未经指令自行停止");

    public static readonly FaultSpec NoMedium = new("recorder.no-medium", "No usable disk", "没有可用存储介质");
    public static readonly FaultSpec StorageLow = new("recorder.storage-low", "Storage is nearly full", "存储空间不足");
    public static readonly FaultSpec NoSignal = new("recorder.no-input", "No picture at the recorder's input", "录制设备无输入信号");
}

/// <summary>The words of <see cref="RecorderWords.RecordingState"/>.</summary>
public static class RecordingStates
{
    public const string Stopped = "stopped";
    public const string Starting = "starting";
    public const string Recording = "recording";
    public const string Paused = "paused";
    public const string Stopping = "stopping";
    public const string Unknown = "unknown";

    public static IReadOnlyList<WordSpec> Words { get; } =
    [
        new(Stopped, "stopped", "已停止"), new(Starting, "starting", "正在启动"), new(Recording, "recording", "录制中"), new(Paused, "paused", "已暂停"),
        new(Stopping, "stopping", "正在停止"), new(Unknown, "unknown", "未知"),
    ];
}
