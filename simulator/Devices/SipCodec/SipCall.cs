namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>States of a dialog as RFC 4235 names them.</summary>
internal enum SipCallStage { Trying, Proceeding, Early, Confirmed, Terminated }

/// <summary>A call of the endpoint, or of the party that it stands for.</summary>
internal sealed class SipCall(string id, string callId, bool incoming, string remote)
{
    public string Id => id;

    public string CallId => callId;

    public bool Incoming => incoming;

    /// <summary>Address of the other side.</summary>
    public string Remote => remote;

    public string? Name { get; init; }

    /// <summary>Not the endpoint's own: it plays the party that was called through it.</summary>
    public bool IsFarEnd { get; init; }

    public SipCallStage Stage { get; set; } = SipCallStage.Trying;

    /// <summary>Why it ended: RFC 4235 §3.7.1.</summary>
    public string? Cause { get; set; }

    public int? Code { get; set; }

    /// <summary>A call over the wire; null: the other side is imagined.</summary>
    public SipSession? Session { get; set; }

    /// <summary>The INVITE as it came.</summary>
    public SipPacket? Invite { get; set; }

    public string LocalTag { get; init; } = "";

    public string RemoteTarget { get; set; } = "";

    /// <summary>Repeats the 200 until its ACK comes.</summary>
    public IDisposable? Repeating { get; set; }

    public IDisposable? Next { get; set; }

    public uint Sequence { get; set; }

    public bool IsHeld { get; set; }

    public SipMedia? Media { get; set; }

    public bool IsOver => Stage == SipCallStage.Terminated;
}
