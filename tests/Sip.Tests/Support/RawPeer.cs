using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>An endpoint that a test plays by hand: it sends what it is told, and keeps what comes with its time.</summary>
internal sealed class RawPeer
{
    private readonly FakeNet _net;
    private readonly SipPeer _self;
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset At, SipMessage Message)> _heard = [];

    public RawPeer(FakeNet net, SipPeer self)
    {
        (_net, _self) = (net, self);
        net.Place(self, Arrived);
    }

    public IPEndPoint EndPoint => _self.EndPoint;

    /// <summary>Answers by itself, on arrival; null answers nothing.</summary>
    public Func<SipRequest, SipResponse?>? Reflex { get; set; }

    public IReadOnlyList<(DateTimeOffset At, SipMessage Message)> Heard
    {
        get { lock (_gate) return [.. _heard]; }
    }

    public IReadOnlyList<SipRequest> Requests(string method) =>
        [.. Heard.Select(h => h.Message).OfType<SipRequest>().Where(r => r.Method == method)];

    public IReadOnlyList<SipResponse> Responses(int status) =>
        [.. Heard.Select(h => h.Message).OfType<SipResponse>().Where(r => r.Status == status)];

    public SipRequest Last(string method) => Requests(method)[^1];

    public void Forget()
    {
        lock (_gate) _heard.Clear();
    }

    public void Send(SipMessage message, IPEndPoint to) => _net.Carry(_self, _self with { EndPoint = to }, SipWriter.ToBytes(message));

    public void Send(string text, IPEndPoint to) => _net.Carry(_self, _self with { EndPoint = to }, Torture.Wire(text));

    /// <summary>A response to a request, with a Contact at this peer.</summary>
    public SipResponse Reply(SipRequest request, int status, string tag = "peer", string? sdp = null)
    {
        var response = SipReply.To(request, status, tag);
        if (status is > 100 and < 300) response.Headers.Add("Contact", $"<sip:codec@{EndPoint}>");
        if (sdp is not null) response.SetBody("application/sdp", Torture.Wire("\n\n" + sdp).AsMemory(4));
        return response;
    }

    private void Arrived(SipPeer from, ReadOnlyMemory<byte> octets)
    {
        Assert.Equal(SipVerdict.Accepted, SipParser.ReadDatagram(octets.Span, out var message));
        lock (_gate) _heard.Add((_net.Now, message!));
        if (message is SipRequest request && Reflex?.Invoke(request) is { } response) Send(response, from.EndPoint);
    }
}
