using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.EpiphanPearl;

public sealed partial class EpiphanPearlDriver
{
    private const string RecorderOption = "recorder";
    private const string ChannelOption = "channel";
    private const string OffsetOption = "utc-offset";

    private static readonly FaultSpec AccessDenied = new("recorder.access-denied", "The recorder refuses the log-in", "录制设备拒绝登录");

    private static readonly FaultSpec Standstill =
        new("recorder.standstill", "The recorder says it records and its counter stands still", "录制设备显示录制中，但计时停止");

    private static readonly FaultSpec ClockWrong = new("recorder.clock", "The recorder's clock is wrong", "录制设备时钟偏差过大");
    private static readonly FaultSpec Hot = new("recorder.temperature", "The recorder is too hot", "录制设备温度过高");

    public static readonly DriverManifest<HttpReply> Manifest = new("epiphan-pearl", DeviceClass.Recorder, "Epiphan Pearl-2, Pearl Mini, Pearl Nano, HTTP API")
    {
        Links = LinkKind.Http(),
        Verbs = [RecorderWords.Record with { Arguments = [] }, RecorderWords.Stop, RecorderWords.Mark],
        Properties =
        [
            RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.ClockOffset,
            CommonWords.Model, CommonWords.Firmware, CommonWords.Temperature,
        ],
        Options =
        [
            new(RecorderOption, ValueKind.Text, "", "Id of the recorder; empty: the first one", "录制器编号；空表示第一个"),
            new(ChannelOption, ValueKind.Text, "", "Id of the channel that marks are set in; empty: that of the recorder", "打标记的通道编号；空表示与录制器相同"),
            new(OffsetOption, ValueKind.Integer, 480, "The recorder's local time minus UTC in minutes, where it tells no zone", "设备本地时间与 UTC 之差（分钟），设备不报告时区时使用")
            {
                Min = -720, Max = 840,
            },
        ],
        Faults = [RecorderWords.NotFollowing, RecorderWords.StoppedByItself, Standstill, ClockWrong, Hot, AccessDenied],
        Modes =
        [
            nameof(Mode.Reading), nameof(Mode.Stopped), nameof(Mode.Starting), nameof(Mode.Recording), nameof(Mode.Paused), nameof(Mode.Stopping),
        ],
        Reply = new(Timeout: TimeSpan.FromSeconds(4), Gap: TimeSpan.Zero, Resync.Reconnect),
        Grade = Grade.Room,
        Create = setup => new EpiphanPearlDriver(setup),
        Frames = FrameRelease.Of(
            "active api authenticate basic body channels content control cputemp date device duration error false firmware "
            + "found get http id json length message not ok pearl permitted post product reboot recorders request result start "
            + "started starting state status stop stopped stopping system t text threshold total true type unauthorized uptime "
            + "v version"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}
