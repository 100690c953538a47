using System.Globalization;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>One call of the codec.</summary>
internal sealed class CodecCall(int id, string uri, bool incoming, long began)
{
    public int Id => id;

    public string Uri => uri;

    public bool Incoming => incoming;

    public long Began => began;

    public string Status { get; set; } = "Idle";

    /// <summary>When it was connected; null before.</summary>
    public long? ConnectedAt { get; set; }

    /// <summary>The next step that time will bring.</summary>
    public IDisposable? Next { get; set; }

    public string Path => string.Create(CultureInfo.InvariantCulture, $"Call {id}");
}

/// <summary>Why a call ended, in the codec's words.</summary>
internal sealed record CallEnd(int Value, string Type, string Text, int Code, string Origin)
{
    public static readonly CallEnd Local = new(1, "LocalDisconnect", "", 0, "internal");
    public static readonly CallEnd LocalReject = new(4, "LocalReject", "Call rejected", 603, "SIP");
    public static readonly CallEnd Remote = new(2, "RemoteDisconnect", "", 0, "SIP");
    public static readonly CallEnd Busy = new(17, "RemoteBusy", "Busy Here", 486, "SIP");
    public static readonly CallEnd Rejected = new(21, "RemoteRejected", "Decline", 603, "SIP");
    public static readonly CallEnd NoAnswer = new(19, "RemoteNoAnswer", "Request Timeout", 408, "SIP");
    public static readonly CallEnd Unknown = new(1, "UnknownRemoteSite", "Not Found", 404, "SIP");
    public static readonly CallEnd Network = new(38, "NetworkRejected", "Service Unavailable", 503, "SIP");
}

/// <summary>
/// The calls and their walk: Dialling, Ringing, Connected; then Disconnecting, gone (a ghost) and the event that tells why. Numbers only
/// grow.
/// </summary>
internal sealed class CodecCalls(SimulatedCodec codec, XapiTree status, CodecSwitches switches)
{
    private const int MostCalls = 5;

    private readonly List<CodecCall> _calls = [];
    private int _lastId;

    public IReadOnlyList<CodecCall> All => _calls;

    public bool IsFull => _calls.Count >= MostCalls;

    public int NextId => _lastId + 1;

    public CodecCall? Find(int? id) => id is { } wanted ? _calls.Find(call => call.Id == wanted) : _calls.LastOrDefault();

    public CodecCall Dial(string uri, string protocol, string rate)
    {
        var call = Begin(uri, incoming: false, uri, protocol, rate);
        codec.Tell("OutgoingCallIndication", ("CallId", Number(call.Id), false));
        Become(call, "Dialling");
        call.Next = codec.Later(switches.DialTime.Now, () => RingFarEnd(call));
        return call;
    }

    public void Ring(string uri, string name, bool autoAnswer)
    {
        var call = Begin(uri, incoming: true, name, "Sip", "2048");
        Become(call, "Ringing");
        codec.Tell(
            "IncomingCallIndication", ("RemoteURI", uri, true), ("DisplayNameValue", name, true), ("CallId", Number(call.Id), false));
        call.Next = autoAnswer
            ? codec.Later(switches.RingTime.Now, () => Accept(call, "Autoanswered"))
            : codec.Later(switches.NoAnswerTime.Now, () => End(call, CallEnd.Remote));
    }

    public void Accept(CodecCall call, string answerState = "Answered")
    {
        status.Set($"{call.Path} AnswerState", answerState);
        Connect(call);
    }

    public void Ignore(CodecCall call) => status.Set($"{call.Path} AnswerState", "Ignored");

    public void Hold(CodecCall call, bool on)
    {
        status.Set($"{call.Path} PlacedOnHold", on ? "True" : "False");
        Become(call, on ? "OnHold" : "Connected");
    }

    /// <summary>Ends a call after the time that takes; the event with the cause comes with the ghost.</summary>
    public void End(CodecCall call, CallEnd end)
    {
        call.Next?.Dispose();
        if (call.Status == "Disconnecting") return;
        Become(call, "Disconnecting");
        call.Next = codec.Later(switches.DisconnectTime.Now, () => Gone(call, end));
    }

    /// <summary>Brings up to date what moves by itself.</summary>
    public void Refresh()
    {
        foreach (var call in _calls)
        {
            if (call.ConnectedAt is not { } since) continue;
            var elapsed = codec.Time.GetElapsedTime(since);
            status.SetSilently($"{call.Path} Duration", Number((long)elapsed.TotalSeconds));
            for (var channel = 1; channel <= 4; channel++) Measure(call, channel, elapsed);
        }
    }

    private CodecCall Begin(string uri, bool incoming, string name, string protocol, string rate)
    {
        var call = new CodecCall(++_lastId, uri, incoming, codec.Time.GetTimestamp());
        _calls.Add(call);
        status.Set($"{call.Path} AnswerState", "Unanswered");
        status.Set($"{call.Path} CallType", "Video");
        status.Set($"{call.Path} CallbackNumber", $"{protocol.ToLowerInvariant()}:{uri}", true);
        status.Set($"{call.Path} DeviceType", "Endpoint");
        status.Set($"{call.Path} Direction", incoming ? "Incoming" : "Outgoing");
        status.Set($"{call.Path} DisplayName", name, true);
        status.Set($"{call.Path} Duration", "0");
        status.Set($"{call.Path} Encryption Type", "None");
        status.Set($"{call.Path} PlacedOnHold", "False");
        status.Set($"{call.Path} Protocol", protocol.ToLowerInvariant(), true);
        status.Set($"{call.Path} ReceiveCallRate", "0");
        status.Set($"{call.Path} RemoteNumber", uri, true);
        status.Set($"{call.Path} TransmitCallRate", rate);
        return call;
    }

    private void RingFarEnd(CodecCall call)
    {
        if (switches.FarEnd.Now is "unknown" or "unreachable")
        {
            End(call, switches.FarEnd.Now == "unknown" ? CallEnd.Unknown : CallEnd.Network);
            return;
        }

        Become(call, "Ringing");
        var patience = switches.FarEnd.Now == CodecSwitches.NeverAnswers ? switches.NoAnswerTime.Now : switches.RingTime.Now;
        call.Next = codec.Later(patience, () => FarEndDecides(call));
    }

    private void FarEndDecides(CodecCall call)
    {
        switch (switches.FarEnd.Now)
        {
            case CodecSwitches.Answers:
                status.Set($"{call.Path} AnswerState", "Answered");
                Connect(call);
                break;
            case "busy": End(call, CallEnd.Busy); break;
            case "rejects": End(call, CallEnd.Rejected); break;
            default: End(call, CallEnd.NoAnswer); break;
        }
    }

    private void Connect(CodecCall call)
    {
        call.Next?.Dispose();
        call.ConnectedAt = codec.Time.GetTimestamp();
        status.Set($"{call.Path} Encryption Type", "Aes-128");
        status.Set($"{call.Path} ReceiveCallRate", status[$"{call.Path} TransmitCallRate"] ?? "0");
        Become(call, "Connected");
        for (var channel = 1; channel <= 4; channel++) Measure(call, channel, TimeSpan.Zero);
        codec.Tell(
            "CallSuccessful", ("CallId", Number(call.Id), false), ("Protocol", "sip", true),
            ("Direction", call.Incoming ? "incoming" : "outgoing", true),
            ("CallRate", status[$"{call.Path} TransmitCallRate"] ?? "0", false), ("RemoteURI", call.Uri, true));
    }

    private void Gone(CodecCall call, CallEnd end)
    {
        _calls.Remove(call);
        status.Remove(call.Path);
        status.Remove($"MediaChannels {call.Path}");
        Count();
        codec.Tell("CallDisconnect",
            ("CauseValue", Number(end.Value), false), ("CauseType", end.Type, true), ("CauseString", end.Text, true),
            ("CauseCode", Number(end.Code), false), ("CauseOrigin", end.Origin, true),
            ("OrigCallDirection", call.Incoming ? "incoming" : "outgoing", true), ("RemoteURI", call.Uri, true),
            ("CallId", Number(call.Id), false));
    }

    private void Become(CodecCall call, string next)
    {
        call.Status = next;
        status.Set($"{call.Path} Status", next);
        Count();
    }

    private void Count()
    {
        var active = _calls.Count(call => call.Status is "Connected");
        status.Set("SystemUnit State NumberOfActiveCalls", Number(active));
        status.Set("SystemUnit State NumberOfInProgressCalls", Number(_calls.Count(call => call.Status is "Dialling" or "Ringing")));
        status.Set("SystemUnit State NumberOfSuspendedCalls", Number(_calls.Count(call => call.Status is "OnHold")));
        codec.ShowSystemState();
    }

    // Channels 1 and 2 are sound out and in, 3 and 4 the main picture out and in.
    private void Measure(CodecCall call, int channel, TimeSpan elapsed)
    {
        var path = $"MediaChannels {call.Path} Channel {channel}";
        var video = channel > 2;
        var rate = video ? 1_984_000L : 64_000L;
        var packets = (long)(elapsed.TotalSeconds * (video ? 180 : 50));
        var lost = (long)(packets * switches.PacketLoss.Now / 100);
        var received = video ? 900L : 250L;
        status.SetSilently($"{path} Direction", channel % 2 == 1 ? "Outgoing" : "Incoming");
        status.SetSilently($"{path} Netstat Bytes", Number((long)(elapsed.TotalSeconds * rate / 8)));
        status.SetSilently($"{path} Netstat ChannelRate", Number(rate));
        status.SetSilently($"{path} Netstat Drop", "0");
        status.SetSilently($"{path} Netstat Jitter", Number(switches.Jitter.Now));
        status.SetSilently($"{path} Netstat LastIntervalLost", Number((long)(received * switches.PacketLoss.Now / 100)));
        status.SetSilently($"{path} Netstat LastIntervalReceived", Number(received - (long)(received * switches.PacketLoss.Now / 100)));
        status.SetSilently($"{path} Netstat Loss", Number(lost));
        status.SetSilently($"{path} Netstat MaxJitter", Number(switches.Jitter.Now * 2));
        status.SetSilently($"{path} Netstat Packets", Number(packets - lost));
        status.SetSilently($"{path} Type", video ? "Video" : "Audio");
        if (video) status.SetSilently($"{path} Video ChannelRole", "Main");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
