using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.HyperDeck;

public sealed partial class HyperDeckDriver
{
    private const string SlotExtent = "slot";
    private const string ActiveSlot = "slot";
    private const string RemoteFlag = "remote-enabled";
    private const string ProtocolVersion = "protocol";

    /// <summary>Event: the deck lost frames while recording.</summary>
    private const string DroppedFrames = "dropped-frames";

    private static readonly FaultSpec DiskError = new("recorder.disk-error", "A disk of the recorder is faulty", "录制设备的磁盘故障");
    private static readonly FaultSpec DeckError = new("recorder.device-error", "The recorder reports an internal error", "录制设备报告内部错误");
    private static readonly FaultSpec RemoteOff = new("recorder.remote-disabled", "Remote control is switched off at the recorder", "录制设备的远程控制已关闭");

    private static readonly FaultSpec Standstill =
        new("recorder.standstill", "The recorder says it records and its timecode stands still", "录制设备显示录制中，但时码停止");

    public static readonly DriverManifest<HyperDeckReply> Manifest =
        new("hyperdeck", DeviceClass.Recorder, "Blackmagic Design HyperDeck, Ethernet protocol 1.6 and later")
        {
            Links = [LinkKind.Tcp(9993)],
            Verbs = [RecorderWords.Record, RecorderWords.Stop],
            Properties =
            [
                RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.Timecode, RecorderWords.StorageLeft,
                new(ActiveSlot, ValueKind.Integer, "Disk in use", "当前存储槽"),
                new($"slot-status-{{{SlotExtent}}}", ValueKind.Text, "State of a disk", "存储槽状态")
                {
                    Words = [new("mounted", "mounted", "已就绪"), new("mounting", "mounting", "正在挂载"), new("empty", "empty", "无磁盘"), new("error", "error", "错误")],
                },
                new($"slot-left-{{{SlotExtent}}}", ValueKind.Integer, "Recording time left on a disk", "存储槽剩余可录时长") { Unit = "s" },
                new(RemoteFlag, ValueKind.Flag, "Remote control is on", "远程控制已开启"),
                new(ProtocolVersion, ValueKind.Text, "Protocol version", "协议版本"),
                CommonWords.Model, CommonWords.Serial, CommonWords.Firmware,
            ],
            Faults =
            [
                RecorderWords.NotFollowing, RecorderWords.StoppedByItself, RecorderWords.NoMedium, RecorderWords.StorageLow, RecorderWords.NoSignal,
                DiskError, DeckError, RemoteOff, Standstill,
            ],
            Modes = [nameof(Mode.Stopped), nameof(Mode.Starting), nameof(Mode.Recording), nameof(Mode.Stopping), nameof(Mode.Playing)],
            Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: TimeSpan.Zero, Resync.Reconnect),
            Grade = Grade.Room,
            Create = _ => new HyperDeckDriver(),
            Frames = FrameRelease.Of(
                "audio blocked cache clip clips codec configuration connection control count deck device disabled disk display "
                + "dropped dynamic e empty enable enabled error false format frames full hd hdmi hyperdeck id info input invalid "
                + "lastframe list locked loop mode model mounted mounting no none notify ok out override p parameter ping play playrange "
                + "position protocol quicktimeprores quit range rebooting rec record recording red reference rejected remaining "
                + "remote sdi single size slot software speed ssd state status stop stopped studio time timecode timeline total "
                + "transport true unique unsupported version video volume watchdog"),
            Diagram = Draw,
        };
}
