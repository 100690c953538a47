using AvGateway.Classes;

namespace AvGateway.Scenes.Hearings.Recording;

/// <summary>What can be wrong with a recording that a hearing needs. All are of the first priority while it is open.</summary>
public static class RecordingFaults
{
    public const string Refused = "recording.refused";
    public const string Unreachable = "recording.unreachable";
    public const string Stopped = "recording.stopped";
    public const string NotProven = "recording.not-proven";
    public const string NoGrowth = "recording.no-growth";
    public const string Silent = "recording.silent";
    public const string Clock = "recording.clock";
    public const string StorageLow = "recording.storage-low";

    /// <summary>The gateway was not there to watch, and the counter grew by less than the time that went by.</summary>
    public const string Unwatched = "recording.unwatched";

    public static readonly IReadOnlyList<FaultSpec> All =
    [
        new(Refused, "The recorder did not start", "录制设备未能启动录制"),
        new(Unreachable, "The recorder cannot be reached", "录制设备失去联系"),
        new(Stopped, "The recording ended or paused without being told to", "录制未经指令停止或暂停"),
        new(NotProven, "The recorder does not show that it records", "录制设备未能证明正在录制"),
        new(NoGrowth, "The recorder says that it records, and nothing grows", "设备显示录制中，但录制时长不增长"),
        new(Silent, "The recording carries no sound", "录制无声音"),
        new(Clock, "The recorder's clock is wrong", "录制设备时钟偏差过大"),
        new(StorageLow, "Storage of the recorder is nearly full", "录制存储空间即将用尽"),
        new(Unwatched, "Part of the recording is missing while the gateway was not watching", "网关未监看期间录制有缺失"),
    ];

    public static Model.Wording Says(string code) =>
        All.FirstOrDefault(f => f.Code == code) is { } fault ? new(fault.Zh, fault.En)
            : throw new ArgumentException($"no such fault: {code}", nameof(code));
}
