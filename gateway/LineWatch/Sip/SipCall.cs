using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Sip;

public enum CallState { Calling, Ringing, Established, Ended, Refused }

/// <summary>Who hears nothing.</summary>
public enum OneWay { No, CallerHearsNothing, CalleeHearsNothing }

/// <summary>A call as its messages tell it. Names and numbers are not kept: they are nobody's business here.</summary>
internal sealed class SipCall(string id, ulong callerTag, HostAddress from, HostAddress to, long at)
{
    public string Id => id;
    public HostAddress From => from;
    public HostAddress To => to;
    public CallState State { get; private set; } = CallState.Calling;
    public int Status { get; private set; }
    public long Since { get; } = at;
    public long ChangedAt { get; private set; } = at;
    public long LastAt { get; private set; } = at;
    public OneWay OneWay { get; set; }

    /// <summary>Where each side listens, by its newest description.</summary>
    public IReadOnlyList<SdpMedia> AtCaller { get; private set; } = [];
    public IReadOnlyList<SdpMedia> AtCallee { get; private set; } = [];

    /// <summary>Takes what a message says.</summary>
    /// <param name="media">Of its description; null: it has none.</param>
    public void Take(in SipSniff sip, ulong fromTag, IReadOnlyList<SdpMedia>? media, long at)
    {
        LastAt = at;
        var isOfCaller = (fromTag == callerTag) == (sip.Status == 0);
        if (media is not null && isOfCaller) AtCaller = media;
        else if (media is not null) AtCallee = media;
        if (sip.Method.SequenceEqual("BYE"u8) && sip.Status == 0) Change(CallState.Ended, at);
        else if (sip.Method.SequenceEqual("INVITE"u8)) Invited(sip.Status, at);
    }

    private void Invited(int status, long at)
    {
        // What happens inside a call (hold, a new description that is refused) does not end it.
        if (State is CallState.Established or CallState.Ended) return;
        if (status > 0) Status = status;
        if (status is 0 && State is CallState.Refused) Change(CallState.Calling, at);
        else if (status is 180 or 183) Change(CallState.Ringing, at);
        else if (status is >= 200 and < 300) Change(CallState.Established, at);
        else if (status >= 300) Change(CallState.Refused, at);
    }

    private void Change(CallState state, long at)
    {
        if (State == state) return;
        (State, ChangedAt) = (state, at);
    }
}
