using System.Net;
using System.Net.Sockets;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Sip;
using AvGateway.Links;
using AvGateway.Operations.Escalation;
using Microsoft.Extensions.Logging;

namespace AvGateway.Channels.Call;

/// <summary>
/// Rings the duty telephone over the court's exchange and plays a tone to who answers: it says that there is something to look at, and no word of
/// what. One call at a time.
/// </summary>
internal sealed class CallChannel : IChannel, IAsyncDisposable
{
    private const int FirstPort = 42_200;
    private const int LastPort = 42_299;
    private const int Tone = 1000;

    private static readonly TimeSpan Occupied = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GoodbyeWithin = TimeSpan.FromSeconds(5);

    private readonly CallPlan _plan;
    private readonly HostResolver _resolver;
    private readonly TimeProvider _time;
    private readonly CallAgent _agent;
    private readonly SipIdentity _identity;
    private readonly SemaphoreSlim _line = new(1, 1);

    public CallChannel(CallPlan plan, HostResolver resolver, TimeProvider time, ILogger<CallChannel> log)
    {
        (_plan, _resolver, _time) = (plan, resolver, time);
        _agent = new(plan.Exchange, time, log);
        var user = plan.Exchange.User ?? "avgateway";
        _identity = new(SipUri.Of(user, plan.Exchange.Host))
        {
            DisplayName = "AvGateway",
            Credentials = plan.Password is { } password ? new(user, password) : null,
        };
    }

    public string Id => _plan.Id;

    public TimeSpan Patience => _plan.RingFor + _plan.TalkFor + TimeSpan.FromSeconds(15);

    public async Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
    {
        if (_plan.CheckAddress(address) is { } wrong) return Ends.Refused(wrong);

        // Not waited for: the notice may find another way meanwhile.
        if (!_line.Wait(0, cancellation)) return Ends.Later("the line is in another call", Occupied);
        try
        {
            return await CallAsync(CallTarget.Of(_plan.Exchange, address), cancellation);
        }
        catch (LinkException unknown)
        {
            return Ends.Later(unknown.Message);
        }
        catch (SocketException broken)
        {
            return Ends.Later($"{_plan.Exchange.Host}: {broken.Message}");
        }
        finally
        {
            _line.Release();
        }
    }

    public ValueTask DisposeAsync() => _agent.DisposeAsync();

    private async Task<Delivery> CallAsync(SipUri target, CancellationToken cancellation)
    {
        var agent = await _agent.OpenAsync(cancellation);
        var ports = new RtpPorts(await LocalAddressAsync(target, cancellation), FirstPort, LastPort, sessions: 1);
        await using var media = RtpSession.TryOpen(ports, _time);
        if (media is null) return Ends.Later($"no free pair of UDP ports in {FirstPort}–{LastPort}");
        var ringing = new Ringing();
        var plan = new SipCallPlan(_identity, target, media.Plan) { RingFor = _plan.RingFor, Limit = _plan.RingFor + _plan.TalkFor + GoodbyeWithin, SessionInterval = null };
        var call = agent.Call(plan, ringing);
        try
        {
            var begun = await ringing.Begun.WaitAsync(cancellation);
            if (begun is not { State: SipCallState.Connected, Media: { } agreed }) return EndOf(begun);
            media.Start(agreed, Tone);
            await Task.WhenAny(call.Ended, Task.Delay(_plan.TalkFor, _time, cancellation));
            cancellation.ThrowIfCancellationRequested();
            return Ends.Taken(call.Status.End is SipCallEnd.HungUpThere ? "answered, and hung up there" : "answered");
        }
        finally
        {
            // An exchange that no longer answers does not hold the line: the stack sends its goodbye for half a minute more by itself.
            await Task.WhenAny(call.HangUpAsync(), Task.Delay(GoodbyeWithin, _time, CancellationToken.None));
        }
    }

    /// <summary>Who is busy or out may be there in a minute; a number that does not exist is not.</summary>
    private static Delivery EndOf(SipCallStatus status) => (status.End, status.Status) switch
    {
        (SipCallEnd.PasswordRefused, _) => Ends.Refused("the exchange refuses the sign-in; see the link's user and \"secret\""),
        (SipCallEnd.NotAnswered, _) or (_, 408 or 480) => Ends.Later("no answer"),
        (_, 486 or 600) => Ends.Later("busy"),
        (_, 603) => Ends.Later("declined"),
        (_, 404 or 410 or 484 or 485 or 604) => Ends.Refused($"the exchange knows no such extension ({status.Status})"),
        (_, 401 or 403 or 407) => Ends.Refused($"the exchange does not let us call ({status.Status})"),
        (SipCallEnd.NoCommonMedia, _) or (_, 415 or 488 or 606) => Ends.Refused("the telephone takes no G.711 sound"),
        (SipCallEnd.Unreachable, 0) => Ends.Later($"the exchange cannot be reached: {status.Reason}"),
        _ => Ends.Later($"the call failed ({status.End}, {status.Status})"),
    };

    /// <summary>Sound is offered at the address that the exchange sees us by.</summary>
    private async Task<IPAddress> LocalAddressAsync(SipUri target, CancellationToken cancellation)
    {
        var addresses = await _resolver.ResolveAsync(target.Host, cancellation);
        var peer = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        using var probe = new Socket(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await probe.ConnectAsync(new IPEndPoint(peer, target.Port ?? 5060), cancellation);
        return ((IPEndPoint)probe.LocalEndPoint!).Address;
    }

    private sealed class Ringing : ISipCallObserver
    {
        private readonly TaskCompletionSource<SipCallStatus> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Somebody answered, or nobody will.</summary>
        public Task<SipCallStatus> Begun => _begun.Task;

        public void Changed(ISipCall call, SipCallStatus status)
        {
            if (status.State is SipCallState.Connected or SipCallState.Ended) _begun.TrySetResult(status);
        }

        public void Received(ISipCall call, string method, string? contentType, ReadOnlyMemory<byte> body)
        {
        }

        public bool ReferRequested(ISipCall call, SipUri target, ISipReferral referral) => false;

        public void ReferProgressed(ISipCall call, int status)
        {
        }
    }
}
