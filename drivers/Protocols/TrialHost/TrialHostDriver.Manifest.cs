using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.TrialHost;

public sealed partial class TrialHostDriver
{
    private static readonly FaultSpec StrangeState =
        new("recorder.strange-state", "The trial host tells a state that the site file does not name", "庭审主机报告了站点文件未定义的状态");

    public static readonly DriverManifest<TrialHostReply> Manifest =
        new("trial-host", DeviceClass.Recorder, "Trial hosts of Chinese courtrooms with a property port (TCP 6180)")
        {
            Links = [LinkKind.Tcp(6180)],
            Verbs = [RecorderWords.Record with { Arguments = [] }, RecorderWords.Stop, RecorderWords.Pause, RecorderWords.Resume],
            Properties = [RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.StorageLeft, RecorderWords.Level, CommonWords.Firmware],
            Options =
            [
                Word(TrialHostWords.Record, "Property and value that start the recording, for example rec=1", "开始录制的属性与值，例如 rec=1") with { Required = true },
                Word(TrialHostWords.Stop, "Property and value that end it, for example rec=0", "停止录制的属性与值，例如 rec=0") with { Required = true },
                Word(TrialHostWords.Pause, "Property and value that pause it", "暂停录制的属性与值"),
                Word(TrialHostWords.Resume, "Property and value that go on with it", "继续录制的属性与值"),
                Word(TrialHostWords.State, "Property that tells whether it records", "表示录制状态的属性") with { Required = true },
                Word(TrialHostWords.RecordingIs, "Its values while it records, for example 1", "录制中的取值，例如 1") with { Required = true },
                Word(TrialHostWords.StoppedIs, "Its values while it does not, for example 0", "未录制的取值，例如 0") with { Required = true },
                Word(TrialHostWords.PausedIs, "Its values while it pauses", "暂停的取值"),
                Word(TrialHostWords.Recorded, "Property that tells the recorded seconds", "表示已录秒数的属性"),
                Word(TrialHostWords.Left, "Property that tells for how many seconds there is room", "表示剩余可录秒数的属性"),
                Word(TrialHostWords.Level, "Property that tells the loudest channel in dBFS", "表示最大电平（dBFS）的属性"),
                Word(TrialHostWords.Version, "Property that tells the software version", "表示软件版本的属性"),
            ],
            Faults = [RecorderWords.NotFollowing, RecorderWords.StoppedByItself, RecorderWords.StorageLow, StrangeState],
            Modes =
            [
                nameof(Mode.Reading), nameof(Mode.Stopped), nameof(Mode.Starting), nameof(Mode.Recording), nameof(Mode.Pausing), nameof(Mode.Paused),
                nameof(Mode.Resuming), nameof(Mode.Stopping),
            ],
            Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: TimeSpan.FromMilliseconds(50), Resync.Reconnect),
            Grade = Grade.Room,
            Create = setup => new TrialHostDriver(setup),
            Diagram = () => MermaidGraph.Format(Describe()),
        };

    private static OptionSpec Word(string name, string en, string zh) => new(name, ValueKind.Text, "", en, zh);
}
