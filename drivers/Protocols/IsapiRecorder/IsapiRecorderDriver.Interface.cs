using System.Globalization;
using System.Xml.Linq;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;

namespace AvGateway.Drivers.Protocols.IsapiRecorder;

/// <summary>Questions to the interface, and what the answers tell.</summary>
public sealed partial class IsapiRecorderDriver
{
    private const string WatchTimer = "watch";
    private const string Xml = "application/xml";
    private const string Good = "ok";

    // A look a second while anything goes on: an end is believed after so many without growth.
    private const int LooksUntilStill = 5;
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SearchesBack = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SearchesAhead = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Seam = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClockLimit = TimeSpan.FromSeconds(5);

    // Accounts and addresses are locked for half an hour after a handful of wrong passwords.
    private static readonly TimeSpan DeniedFor = TimeSpan.FromMinutes(35);

    private static readonly string[] GoodDisks = [Good, "idle", "sleeping"];

    private TimeSpan? _localMinusGateway;
    private IsapiStretch? _newest;
    private DateTime? _since;
    private int _looksWithoutGrowth;
    private int _searches;
    private bool _wasRecording;
    private bool _startsByPost;

    private long Track => _setup.Options[TrackOption].Integer;

    public override void OnPoll()
    {
        AskTime();
        AskDisks();
        AskChannel();
        LookAtDisk();
    }

    private void ForgetDisk()
    {
        _localMinusGateway = null;
        _newest = null;
        _since = null;
        _looksWithoutGrowth = 0;
    }

    private void ReadAll()
    {
        Ask("/ISAPI/System/deviceInfo", "DeviceInfo", info =>
        {
            if (IsapiXml.Text(info, "model") is { Length: > 0 } model) Device.Report(CommonWords.ModelName, model);
            if (IsapiXml.Text(info, "firmwareVersion") is { Length: > 0 } firmware) Device.Report(CommonWords.FirmwareVersion, firmware);
            if (IsapiXml.Text(info, "serialNumber") is not { Length: > 0 } serial) return;
            Device.Report(CommonWords.SerialNumber, serial);
            Device.Identify(serial);
        }, why => Device.Reconnect(StatusReasons.ProtocolError, why));
        AskTime();
        AskDisks();
        AskChannel();

        // What is searched for lies around the device's own clock: its answer comes before.
        Device.StartTimer(WatchTimer, LooksEvery);
    }

    private void AskTime() => Ask("/ISAPI/System/time", "Time", time =>
    {
        var zone = TimeSpan.FromMinutes(_setup.Options[OffsetOption].Integer);
        if (!IsapiXml.TryClock(IsapiXml.Text(time, "localTime"), zone, out var local, out var absolute)) return;
        var now = Device.Now;
        _localMinusGateway = local - now.UtcDateTime;
        var offset = Math.Round((absolute + TimeSpan.FromMilliseconds(500) - now).TotalSeconds);
        Device.Report(RecorderWords.ClockDifference, offset);
        if (Math.Abs(offset) > ClockLimit.TotalSeconds) Device.Raise(ClockWrong.Code, string.Create(CultureInfo.InvariantCulture, $"{offset:+0;-0} s"));
        else Device.Clear(ClockWrong.Code);
    }, _ => Device.Forget(RecorderWords.ClockDifference));

    /// <summary>Free space says nothing: with recording in a loop it is zero for ever.</summary>
    private void AskDisks() => Ask("/ISAPI/ContentMgmt/Storage/hdd", "hddList", list =>
    {
        var states = IsapiXml.All(list, "hdd").Select(hdd => IsapiXml.Text(hdd, "status") ?? "").ToArray();
        var worst = states.FirstOrDefault(state => !GoodDisks.Contains(state, StringComparer.OrdinalIgnoreCase)) ?? (states.Length > 0 ? Good : "");
        if (worst.Length > 0) Device.Report(DiskState, worst);
        else Device.Forget(DiskState);
        if (states.Length == 0 || Array.TrueForAll(states, state => state == "notexist")) Device.Raise(RecorderWords.NoMedium.Code, "no disk is there", "没有磁盘");
        else Device.Clear(RecorderWords.NoMedium.Code);
        if (worst is Good or "" or "notexist") Device.Clear(DiskError.Code);
        else Device.Raise(DiskError.Code, worst);
    }, _ => Device.Forget(DiskState));

    private void AskChannel()
    {
        var channel = _setup.Options[ChannelOption].Integer;
        if (channel == 0) return;
        Ask("/ISAPI/ContentMgmt/InputProxy/channels/status", "InputProxyChannelStatusList", list =>
        {
            var id = channel.ToString(CultureInfo.InvariantCulture);
            var ours = IsapiXml.All(list, "InputProxyChannelStatus").FirstOrDefault(status => IsapiXml.Text(status, "id") == id);
            if (ours is null || !bool.TryParse(IsapiXml.Text(ours, "online"), out var isOnline)) return;
            Device.Report(ChannelOnline, isOnline);
            if (isOnline) Device.Clear(RecorderWords.NoSignal.Code);
            else Device.Raise(RecorderWords.NoSignal.Code, $"channel {id} is offline", $"通道 {id} 离线");
        }, _ => Device.Forget(ChannelOnline));
    }

    private void LookAtDisk()
    {
        Device.StartTimer(WatchTimer, LooksEvery);
        if (_localMinusGateway is not { } difference) return;
        var around = Device.Now.UtcDateTime + difference;
        Device.Ask(HttpRequest.Post("/ISAPI/ContentMgmt/search", Xml, Description(around - SearchesBack, around + SearchesAhead)), reply =>
        {
            if (IsDenied(reply)) return true;
            if (IsapiXml.Stretches(reply) is { } stretches) TakeStretches(stretches);
            else if (reply.Status != 503) _mode.Fire(Told.Strange);
            return true;
        });
    }

    private string Description(DateTime from, DateTime to)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"A7C0DE00-0000-4000-8000-{++_searches:X12}");
        return string.Create(CultureInfo.InvariantCulture, $"""
            <?xml version="1.0" encoding="UTF-8"?><CMSearchDescription version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"><searchID>{id}</searchID><trackList><trackID>{Track}</trackID></trackList><timeSpanList><timeSpan><startTime>{from:yyyy-MM-dd'T'HH:mm:ss}Z</startTime><endTime>{to:yyyy-MM-dd'T'HH:mm:ss}Z</endTime></timeSpan></timeSpanList><maxResults>64</maxResults><searchResultPostion>0</searchResultPostion><metadataList><metadataDescriptor>//recordType.meta.std-cgi.com</metadataDescriptor></metadataList></CMSearchDescription>
            """);
    }

    /// <summary>
    /// It records while the end of its newest stretch moves; nothing else is believed, and not the mere appearance of a stretch: an empty file
    /// appears as well.
    /// </summary>
    private void TakeStretches(List<IsapiStretch> stretches)
    {
        var before = _newest;
        _newest = stretches.Count > 0 ? stretches[^1] : null;
        var isSame = before is { } old && _newest is { } now && now.From <= old.To + Seam;
        var hasGrown = isSame && _newest!.Value.To > before!.Value.To;
        _looksWithoutGrowth = hasGrown || (!isSame && _newest is not null) ? 0 : _looksWithoutGrowth + 1;
        if (hasGrown)
        {
            // A recording that ran before the first look is as old as its stretches are, as far as the search reaches.
            _since ??= _mode.State is Mode.Reading ? Beginning(stretches) : _newest!.Value.From;
            Device.Report(RecorderWords.RecordedTime, (long)(_newest!.Value.To - _since.Value).TotalSeconds);
            Device.Report(RecorderWords.RecordingState, RecordingStates.Recording);
            _mode.Fire(Told.Grown);
        }
        else if (_looksWithoutGrowth >= LooksUntilStill)
        {
            _since = null;
            Device.Report(RecorderWords.RecordingState, RecordingStates.Stopped);
            _mode.Fire(Told.Still);
            if (_mode.State is Mode.Stopped) Device.StopTimer(WatchTimer);
        }
    }

    private static DateTime Beginning(List<IsapiStretch> stretches)
    {
        var first = stretches[^1].From;
        for (var i = stretches.Count - 2; i >= 0 && stretches[i].To >= first - Seam; i--) first = stretches[i].From;
        return first;
    }

    private void Ask(string path, string name, Action<XElement> take, Action<string> otherwise) => Device.Ask(HttpRequest.Get(path), reply =>
    {
        if (IsDenied(reply)) return true;
        if (reply.IsGood && IsapiXml.Read(reply, name) is { } found) take(found);
        else otherwise($"{path}: {IsapiXml.Refusal(reply) ?? "no " + name}");
        return true;
    });

    /// <summary>Generations of firmware differ in the method; the one that worked is remembered.</summary>
    private void Act(string act, CommandRequest command, Action done, bool isSecond = false)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/ISAPI/ContentMgmt/record/control/manual/{act}/tracks/{Track}");
        Device.Ask(_startsByPost ? HttpRequest.Post(path) : HttpRequest.Put(path), reply =>
        {
            if (reply.Status == 401 && IsDenied(reply))
            {
                Device.Complete(command, CommandResult.Refused(reply.Words));
            }
            else if (IsapiXml.IsMethodRefused(reply) && !isSecond)
            {
                _startsByPost = !_startsByPost;
                Act(act, command, done, isSecond: true);
            }
            else if (IsapiXml.Refusal(reply) is { } why)
            {
                Device.Complete(command, CommandResult.Refused(why, retryable: reply.Status == 503));
                _mode.Fire(Told.GaveUp);
                LookAtDisk();
            }
            else
            {
                done();
            }

            return true;
        }, command);
    }

    private bool IsDenied(HttpReply reply)
    {
        if (reply.Status != 401)
        {
            Device.Clear(AccessDenied.Code);
            return false;
        }

        var why = _setup.Link.User is null || _setup.Secret is null
            ? "the device asks for a log-in and none is configured; write USER@ into the link and name the secret"
            : "the device refuses the log-in, or has locked it after too many wrong ones";
        Device.Raise(AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
        return true;
    }
}
