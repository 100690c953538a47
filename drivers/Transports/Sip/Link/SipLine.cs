using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// What is ours of one device beyond a link that may be opened anew: who we are, what it refused, and the calls that we set up. A link
/// that is given up must not end a call of a hearing.
/// </summary>
internal sealed class SipLine : ISipJoinObserver
{
    /// <summary>Calls of one device at a time; a codec has a handful of lines.</summary>
    public const int MostCalls = 16;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, ISipJoin> _calls = [];
    private SipLink? _listener;
    private int _last;

    public SipLine(ISipUserAgent agent, LinkAddress address, Secret? secret)
    {
        Agent = agent;
        Target = TargetOf(address);
        var account = address.Option(SipLinkFactory.Account);
        var credentials = secret is null ? null : new SipCredentials(account ?? address.User ?? "", secret);
        Identity = new(SipUri.Of(account ?? "avgateway", Target.Host)) { Credentials = credentials };
    }

    public ISipUserAgent Agent { get; }

    /// <summary>The device.</summary>
    public SipUri Target { get; }

    public SipIdentity Identity { get; }

    public static SipUri TargetOf(LinkAddress address)
    {
        var transport = address.Option(SipLinkFactory.Transport) ?? "udp";
        var host = address.Host.Contains(':', StringComparison.Ordinal) ? $"[{address.Host}]" : address.Host;
        var uri = SipUri.Of(address.User, host, address.Port ?? (transport == "tls" ? 5061 : 5060));
        return transport == "udp" ? uri : uri with { Parameters = SipParameters.None.With("transport", transport) };
    }

    public void Attach(SipLink link)
    {
        lock (_gate) _listener = link;
    }

    public void Detach(SipLink link)
    {
        lock (_gate)
        {
            if (_listener == link) _listener = null;
        }
    }

    /// <summary>Begins a call of the device with another party. Null: there are too many.</summary>
    public int? Dial(SipUri second, SipUri? via)
    {
        lock (_gate)
        {
            if (_calls.Count >= MostCalls) return null;
            var number = ++_last;
            var forSecond = Identity with { OutboundProxy = via };
            _calls.Add(number, Agent.Join(new(Identity, Target, second) { ForSecond = forSecond }, this));
            return number;
        }
    }

    public ISipJoin? Call(int number)
    {
        lock (_gate) return _calls.GetValueOrDefault(number);
    }

    public IReadOnlyList<KeyValuePair<int, ISipJoin>> Calls
    {
        get { lock (_gate) return [.. _calls]; }
    }

    void ISipJoinObserver.Changed(ISipJoin join, SipJoinStatus status)
    {
        SipLink? listener;
        int number;
        lock (_gate)
        {
            number = _calls.FirstOrDefault(c => c.Value == join).Key;
            if (status.State == SipJoinState.Ended) _calls.Remove(number);
            listener = _listener;
        }

        listener?.CallChanged(number, join, status);
    }
}
