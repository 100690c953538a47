using System.Globalization;
using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;

namespace AvGateway.Drivers.Protocols.EpiphanPearl;

/// <summary>Questions to the API, and what the answers tell.</summary>
public sealed partial class EpiphanPearlDriver
{
    private const string WatchTimer = "watch";
    private const string Newer = "/api/v2.0";
    private const string Older = "/api";

    // At one reading a second while it records.
    private const int StandstillReadings = 5;

    private static readonly TimeSpan WatchesEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClockLimit = TimeSpan.FromSeconds(5);

    // A wrong password that is tried again and again gets accounts locked.
    private static readonly TimeSpan DeniedFor = TimeSpan.FromMinutes(5);

    private string _root = Newer;
    private string _recorder = "";
    private PearlStatus _status;
    private int _readingsAtStandstill;
    private bool _wasRecording;

    private string? Channel => _setup.Options[ChannelOption].Text is { Length: > 0 } named ? Uri.EscapeDataString(named)
        : _recorder.All(char.IsAsciiDigit) ? _recorder : null;

    public override void OnPoll()
    {
        LookAtStatus();
        LookAtSystem();
    }

    private void ForgetDevice()
    {
        _status = default;
        _readingsAtStandstill = 0;
    }

    private void FindVersion()
    {
        _root = Newer;
        Device.Ask(HttpRequest.Get(Newer + "/system/firmware"), reply =>
        {
            if (IsDenied(reply)) return true;
            if (PearlAnswer.TryResult(reply, out var firmware, out _))
            {
                if (PearlAnswer.Text(firmware, "version") is { } version) Device.Report(CommonWords.FirmwareVersion, version);
                if (PearlAnswer.Text(firmware, "product_name") is { } model) Device.Report(CommonWords.ModelName, model);
                LookAtSystem();
            }
            else if (reply.Status == 404)
            {
                _root = Older;
            }
            else
            {
                Device.Reconnect(StatusReasons.ProtocolError, $"{Newer}/system/firmware: {reply.Words}");
                return true;
            }

            FindRecorder();
            return true;
        });
    }

    private void LookAtSystem()
    {
        if (_root == Newer) Ask("/system/status", TakeSystem, _ =>
        {
            Device.Forget(CommonWords.TemperatureReading);
            Device.Forget(RecorderWords.ClockDifference);
        });
    }

    private void FindRecorder() => Ask("/recorders", recorders =>
    {
        var wished = _setup.Options[RecorderOption].Text;
        var ids = recorders.ValueKind is JsonValueKind.Array ? recorders.EnumerateArray().Select(r => PearlAnswer.Text(r, "id")).OfType<string>().ToArray() : [];
        if (Array.Find(ids, id => wished.Length == 0 || id == wished) is not { } found)
        {
            Device.Reconnect(StatusReasons.DeviceAbsent, wished.Length == 0 ? "it has no recorder" : $"no recorder \"{wished}\"; it has {string.Join(", ", ids)}");
            return;
        }

        _recorder = Uri.EscapeDataString(found);
        LookAtStatus();
    }, why => Device.Reconnect(StatusReasons.ProtocolError, why));

    private void LookAtStatus(CommandRequest? command = null) => Ask($"/recorders/{_recorder}/status", TakeStatus, why =>
    {
        if (_mode.State is Mode.Reading) Device.Reconnect(StatusReasons.ProtocolError, why);
        else _mode.Fire(Told.Strange);
    }, command);

    private void Ask(string path, Action<JsonElement> take, Action<string> otherwise, CommandRequest? command = null) =>
        Device.Ask(HttpRequest.Get(_root + path), reply =>
        {
            if (IsDenied(reply)) return true;
            if (PearlAnswer.TryResult(reply, out var result, out var why)) take(result);
            else otherwise($"{path}: {why}");
            return true;
        }, command);

    private void Act(string path, CommandRequest command, Action done, Action refused) =>
        Device.Ask(HttpRequest.Post(_root + path), reply =>
        {
            if (PearlAnswer.TryResult(reply, out _, out var why))
            {
                done();
                return true;
            }

            Device.Complete(command, CommandResult.Refused(why));
            if (!IsDenied(reply)) refused();
            return true;
        }, command);

    /// <summary>No password is tried twice in a row: the link is given up for minutes.</summary>
    private bool IsDenied(HttpReply reply)
    {
        if (!reply.IsDenied)
        {
            Device.Clear(AccessDenied.Code);
            return false;
        }

        var why = (reply.Status, _setup.Link.User, _setup.Secret, reply.Challenge) switch
        {
            (403, _, _, _) => "the account may not do this",
            (_, null, _, _) or (_, _, null, _) => "the device asks for a log-in and none is configured; write USER@ into the link and name the secret",
            (_, _, _, "Basic") when _setup.Link.Scheme == "http" && _setup.Link.Option("auth") != "basic" =>
                "the device takes the password only as it stands; use https, or ?auth=basic where the line is safe",
            _ => "the device refuses the log-in",
        };
        Device.Raise(AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
        return true;
    }

    private void TakeStatus(JsonElement result)
    {
        if (!PearlAnswer.TryStatus(result, out var status))
        {
            _mode.Fire(Told.Strange);
            return;
        }

        var before = _status;
        _status = status;
        ShowGrowth(before);
        var (word, told) = status.State switch
        {
            PearlState.Stopped => (RecordingStates.Stopped, (Told?)Told.Stopped),
            PearlState.Starting => (RecordingStates.Starting, Told.Starting),
            PearlState.Started => (RecordingStates.Recording, Told.Recording),
            PearlState.Paused => (RecordingStates.Paused, Told.Paused),
            PearlState.Stopping => (RecordingStates.Stopping, Told.Stopping),
            _ => (RecordingStates.Unknown, null),
        };
        Device.Report(RecorderWords.RecordingState, word);
        if (told is { } trigger) _mode.Fire(trigger);
        else if (_mode.State is Mode.Reading) Device.Reconnect(StatusReasons.ProtocolError, $"unknown state \"{status.Word}\"");
        if (_mode.State is not Mode.Stopped) Device.StartTimer(WatchTimer, WatchesEvery);
    }

    private void ShowGrowth(PearlStatus before)
    {
        if (_status.State is not PearlState.Started)
        {
            _readingsAtStandstill = 0;
            return;
        }

        Device.Report(RecorderWords.RecordedTime, (long)_status.Duration.TotalSeconds);
        _readingsAtStandstill = before.State is PearlState.Started && _status.Duration == before.Duration ? _readingsAtStandstill + 1 : 0;
        if (_readingsAtStandstill == 0) Device.Clear(Standstill.Code);
        else if (_readingsAtStandstill >= StandstillReadings) Device.Raise(Standstill.Code, $"the counter stays at {_status.Duration}", $"计时停在 {_status.Duration}");
    }

    private void TakeSystem(JsonElement result)
    {
        if (PearlAnswer.Number(result, "cputemp") is { } degrees)
        {
            Device.Report(CommonWords.TemperatureReading, degrees);
            if (PearlAnswer.Number(result, "cputemp_threshold") is { } limit && degrees > limit) Device.Raise(Hot.Code, string.Create(CultureInfo.InvariantCulture, $"{degrees} °C"));
            else Device.Clear(Hot.Code);
        }

        if (!PearlAnswer.TryDate(result, "date", TimeSpan.FromMinutes(_setup.Options[OffsetOption].Integer), out var date)) return;
        var offset = Math.Round((date + TimeSpan.FromMilliseconds(500) - Device.Now).TotalSeconds);
        Device.Report(RecorderWords.ClockDifference, offset);
        if (Math.Abs(offset) > ClockLimit.TotalSeconds) Device.Raise(ClockWrong.Code, string.Create(CultureInfo.InvariantCulture, $"{offset:+0;-0} s"));
        else Device.Clear(ClockWrong.Code);
    }
}
