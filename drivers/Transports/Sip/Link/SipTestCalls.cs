using System.Net;
using System.Net.Sockets;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Sip;

/// <param name="Status">The response to the call, or 0 when none came or no media could be had.</param>
/// <param name="Measured">Null when there was no conversation.</param>
internal sealed record SipTestResult(int Status, string Reason, RtpMeasurement? Measured);

/// <summary>
/// Calls devices to hear how the line is: a tone goes out, what comes back is counted. Few at a time, for a line under test carries
/// traffic that nobody asked for.
/// </summary>
internal sealed class SipTestCalls(HostResolver resolver, TimeProvider time)
{
    private const int FirstPort = 42_000;
    private const int LastPort = 42_199;
    private const int MostAtATime = 8;
    private const int Tone = 1000;

    private static readonly TimeSpan RingsFor = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, RtpPorts> _ports = [];
    private readonly HashSet<SipLine> _running = [];

    /// <summary>False: this device is being tested, or too many others are.</summary>
    public bool TryStart(SipLine line, TimeSpan talk, Action<SipTestResult> ended)
    {
        lock (_gate)
        {
            if (_running.Count >= MostAtATime || !_running.Add(line)) return false;
        }

        _ = RunAsync(line, talk, ended);
        return true;
    }

    private async Task RunAsync(SipLine line, TimeSpan talk, Action<SipTestResult> ended)
    {
        SipTestResult result;
        try
        {
            result = await CallAsync(line, talk);
        }
        catch (LinkException unknown) { result = new(0, unknown.Message, null); }
        catch (SocketException refused) { result = new(0, refused.Message, null); }
        finally
        {
            lock (_gate) _running.Remove(line);
        }

        ended(result);
    }

    private async Task<SipTestResult> CallAsync(SipLine line, TimeSpan talk)
    {
        await using var media = RtpSession.TryOpen(await PortsToAsync(line.Target), time);
        if (media is null) return new(0, $"no free pair of UDP ports in {FirstPort}–{LastPort}", null);
        var conversation = new Conversation();
        var call = line.Agent.Call(new(line.Identity, line.Target, media.Plan) { RingFor = RingsFor, Limit = talk + RingsFor }, conversation);
        var begun = await conversation.Begun;
        if (begun is not { State: SipCallState.Connected, Media: { } agreed }) return new(begun.Status, begun.Reason, null);
        media.Start(agreed, Tone);
        await Task.WhenAny(call.Ended, Task.Delay(talk, time));
        var measured = media.Measured;
        await call.HangUpAsync();
        return new(begun.Status, begun.Reason, measured);
    }

    /// <summary>Media is offered at the address that this device sees us by.</summary>
    private async ValueTask<RtpPorts> PortsToAsync(SipUri device)
    {
        var addresses = await resolver.ResolveAsync(device.Host.Trim('[', ']'), CancellationToken.None);
        var peer = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        using var probe = new Socket(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Connect(new IPEndPoint(peer, device.Port ?? 5060));
        var local = ((IPEndPoint)probe.LocalEndPoint!).Address;
        lock (_gate)
        {
            if (!_ports.TryGetValue(local, out var ports)) _ports.Add(local, ports = new(local, FirstPort, LastPort, MostAtATime));
            return ports;
        }
    }

    private sealed class Conversation : ISipCallObserver
    {
        private readonly TaskCompletionSource<SipCallStatus> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
