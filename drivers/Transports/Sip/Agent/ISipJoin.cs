namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Two parties that we bring together; the media goes between them and not through us (RFC 3725 §4.4).</summary>
/// <param name="Identity">Who we are for the first party.</param>
/// <param name="First">Called first and at once given a silent stream, so that it can wait.</param>
/// <param name="Second">Called when the first has answered.</param>
public sealed record SipJoinPlan(SipIdentity Identity, SipUri First, SipUri Second)
{
    /// <summary>Who we are for the second party, and the call server that it is reached by; null: as for the first.</summary>
    public SipIdentity? ForSecond { get; init; }

    /// <summary>How long each may ring.</summary>
    public TimeSpan RingFor { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Interval of the session timer on both legs; it is how a party that went silently is noticed.</summary>
    public TimeSpan? SessionInterval { get; init; } = TimeSpan.FromMinutes(30);
}

public enum SipJoinState
{
    /// <summary>The first party has not answered yet.</summary>
    CallingFirst,
    CallingSecond,

    /// <summary>The second party rings.</summary>
    Ringing,
    Connected,
    Ending,
    Ended,
}

/// <summary>The two calls as they stand; replaced, never changed.</summary>
/// <param name="End">Why it is over; <see cref="SipCallEnd.None"/> while it is not.</param>
/// <param name="Status">The response that ended it, or 0.</param>
/// <param name="EndedBySecond">The second party refused, hung up or was not reached; else the first, or we.</param>
public sealed record SipJoinStatus(SipJoinState State, SipCallEnd End, int Status, string Reason, bool EndedBySecond)
{
    /// <summary>The first party has said that it sends nothing.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The call at the first party is up, or was until the end.</summary>
    public bool HasFirst { get; init; }
}

/// <summary>Told on the loop.</summary>
public interface ISipJoinObserver
{
    void Changed(ISipJoin join, SipJoinStatus status);
}

/// <summary>Two calls that live and end together. Its methods return at once; answers come on the loop.</summary>
public interface ISipJoin
{
    /// <summary>Call-ID of the call with the first party: what that party's own reports name it by.</summary>
    string FirstCallId { get; }

    SipUri Second { get; }

    SipJoinStatus Status { get; }

    /// <summary>Stops the media both ways, the calls stay. The answer is that of the first party.</summary>
    void Hold(Action<SipAnswer> answered);

    void Resume(Action<SipAnswer> answered);

    /// <summary>Ends both calls in whatever state they are; over at the latest 32 s later.</summary>
    void HangUp();
}
