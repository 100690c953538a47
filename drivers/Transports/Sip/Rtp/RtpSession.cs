using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What a test call has measured so far.</summary>
/// <param name="Loss">Of what should have come here, 0 to 1.</param>
/// <param name="FarLoss">Of what we sent, as the peer last reported; null without a report.</param>
/// <param name="RoundTrip">Null until the peer has echoed one of our reports.</param>
public sealed record RtpMeasurement(long Sent, long Received, long Lost, double Loss, TimeSpan Jitter, double? FarLoss,
    TimeSpan? FarJitter, TimeSpan? RoundTrip)
{
    /// <summary>MOS of what we hear, null when we hear nothing; the jitter buffer is taken as twice the jitter and 20 ms of packet time.</summary>
    public double? Mos => Received > 0 ? Score(Loss, Jitter) : null;

    /// <summary>MOS of what the peer hears.</summary>
    public double? FarMos => FarLoss is { } loss ? Score(loss, FarJitter ?? TimeSpan.Zero) : null;

    private double Score(double loss, TimeSpan jitter) => LineQuality.Mos(LineQuality.Rating(
        ((RoundTrip ?? TimeSpan.Zero) / 2) + (jitter * 2) + TimeSpan.FromMilliseconds(20), loss * 100, LineQuality.WithoutConcealment));
}

/// <summary>One audio stream both ways: sends a tone or silence every 20 ms, counts what comes, and exchanges reports (RFC 3550).</summary>
public sealed class RtpSession : IAsyncDisposable
{
    public const int ClockRate = 8000;

    private const int Samples = 160;
    private const int MaxBehind = 5;
    private static readonly TimeSpan Packet = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);

    private readonly RtpPorts _ports;
    private readonly TimeProvider _time;
    private readonly Socket _rtp;
    private readonly Socket _rtcp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly RtpReception _reception = new(ClockRate);
    private readonly uint _own = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
    private readonly uint _firstTimestamp = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
    private readonly long _began;
    private SipMediaAgreement? _agreed;
    private Task _running = Task.CompletedTask;
    private uint? _source;
    private long _sent;
    private uint _lastSenderNtp;
    private long _lastSenderAt;
    private RtcpBlock? _far;
    private TimeSpan? _roundTrip;

    private RtpSession(RtpPorts ports, TimeProvider time, Socket rtp, Socket rtcp)
    {
        (_ports, _time, _rtp, _rtcp, _began) = (ports, time, rtp, rtcp, time.GetTimestamp());
        Plan = new(ports.Address, ((IPEndPoint)rtp.LocalEndPoint!).Port);
    }

    /// <summary>For the call that this session belongs to.</summary>
    public SipMediaPlan Plan { get; }

    public RtpMeasurement Measured
    {
        get
        {
            lock (_gate)
            {
                var lost = Math.Max(0, _reception.Lost);
                var loss = _reception.Expected > 0 ? (double)lost / _reception.Expected : 0;
                TimeSpan? farJitter = _far is { } f ? TimeSpan.FromSeconds((double)f.Jitter / ClockRate) : null;
                var farLoss = _far is { } far && _sent > 0 ? Math.Clamp((double)far.Lost / _sent, 0, 1) : (double?)null;
                return new(_sent, _reception.Received, lost, loss, _reception.Jitter, farLoss, farJitter, _roundTrip);
            }
        }
    }

    /// <summary>Takes a pair of ports; null when there is none.</summary>
    public static RtpSession? TryOpen(RtpPorts ports, TimeProvider time) =>
        ports.TryOpen(out var rtp, out var rtcp) ? new(ports, time, rtp, rtcp) : null;

    /// <summary>Starts both ways as agreed.</summary>
    /// <param name="tone">Frequency in Hz; 0 is silence.</param>
    public void Start(SipMediaAgreement agreed, int tone)
    {
        if (_agreed is not null) throw new InvalidOperationException("the session runs already");
        _agreed = agreed;
        _running = Task.WhenAll(SendAsync(agreed, tone), ReceiveAsync(_rtp, TakeMedia), ReceiveAsync(_rtcp, TakeReport),
            ReportAsync(agreed));
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        if (_agreed?.Remote is { } remote) Report(remote, bye: true);
        await _stopping.CancelAsync();
        await _running;
        _ports.Close(_rtp, _rtcp);
        _stopping.Dispose();
    }

    private async Task SendAsync(SipMediaAgreement agreed, int tone)
    {
        if (agreed.Remote is not { } remote || agreed.Direction is SdpDirection.ReceiveOnly or SdpDirection.Inactive) return;
        var packet = new byte[RtpHeader.Length + Samples];
        var sequence = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue);
        using var ticks = new PeriodicTimer(Packet, _time);
        var began = _time.GetTimestamp();
        long due = 0;
        try
        {
            while (await ticks.WaitForNextTickAsync(_stopping.Token))
            {
                // Ticks are joined when the machine is busy: what is owed goes out at once, and after a long pause it is left out.
                var owed = (long)(_time.GetElapsedTime(began) / Packet) - due;
                if (owed > MaxBehind) due += owed - 1;
                for (; owed > 0 && due < (long)(_time.GetElapsedTime(began) / Packet); due++)
                {
                    new RtpHeader(agreed.PayloadType, due == 0, sequence++, _firstTimestamp + (uint)(due * Samples), _own).Write(packet);
                    Fill(packet.AsSpan(RtpHeader.Length), due * Samples, tone, agreed.IsALaw);
                    if (TrySend(_rtp, packet, remote)) lock (_gate) _sent++;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private static void Fill(Span<byte> payload, long first, int tone, bool isALaw)
    {
        for (var i = 0; i < payload.Length; i++)
        {
            var sample = (short)(tone == 0 ? 0 : 8000 * Math.Sin(2 * Math.PI * tone * (first + i) / ClockRate));
            payload[i] = isALaw ? G711.ALaw(sample) : G711.MuLaw(sample);
        }
    }

    private async Task ReceiveAsync(Socket socket, Action<ReadOnlySpan<byte>> take)
    {
        var buffer = new byte[2048];
        var from = new SocketAddress(socket.AddressFamily);
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _stopping.Token);

                // Only the agreed address counts; its port may differ, as behind a translator.
                if (((IPEndPoint)any.Create(from)).Address.Equals(_agreed?.Remote?.Address)) take(buffer.AsSpan(0, length));
            }
            catch (SocketException)
            {
                // Too long a datagram, or ICMP after the peer has closed its port: neither is media.
            }
            catch (OperationCanceledException) { return; }
        }
    }

    private void TakeMedia(ReadOnlySpan<byte> packet)
    {
        if (!RtpHeader.TryRead(packet, out var header, out _)) return;
        lock (_gate)
        {
            // A second source within the same call is not counted: its numbers would look like loss.
            if (_source is { } known && known != header.Source && _reception.IsValid) return;
            _source = header.Source;
            _reception.Take(header, _time.GetElapsedTime(_began));
        }
    }

    private void TakeReport(ReadOnlySpan<byte> packet)
    {
        if (!Rtcp.TryRead(packet, _own, out var report)) return;
        lock (_gate)
        {
            if (report.SenderNtp is { } ntp) (_lastSenderNtp, _lastSenderAt) = (ntp, _time.GetTimestamp());
            if (report.About is not { } block) return;
            _far = block;
            if (block.LastReport == 0) return;
            var trip = unchecked((uint)(Ntp() >> 16) - block.LastReport - block.DelaySinceLast);
            if (trip < 65_536 * 10) _roundTrip = TimeSpan.FromSeconds(trip / 65_536.0);
        }
    }

    private async Task ReportAsync(SipMediaAgreement agreed)
    {
        if (agreed.Remote is not { } remote) return;
        using var ticks = new PeriodicTimer(ReportEvery, _time);
        try
        {
            while (await ticks.WaitForNextTickAsync(_stopping.Token)) Report(remote, bye: false);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Report(IPEndPoint remote, bool bye)
    {
        byte[] packet;
        lock (_gate)
        {
            RtcpBlock? about = null;
            if (_source is { } source && _reception.IsValid)
            {
                var delay = _lastSenderNtp == 0 ? 0 : (uint)(_time.GetElapsedTime(_lastSenderAt).TotalSeconds * 65_536);
                var lost = (int)Math.Clamp(_reception.Lost, int.MinValue, int.MaxValue);
                about = new(source, _reception.TakeFraction() / 256.0, lost, _reception.HighestSequence, _reception.JitterUnits,
                    _lastSenderNtp, delay);
            }

            var timestamp = _firstTimestamp + (uint)(_time.GetElapsedTime(_began).TotalSeconds * ClockRate);
            packet = Rtcp.Write(_own, Ntp(), timestamp, (uint)_sent, (uint)(_sent * Samples), about, bye);
        }

        TrySend(_rtcp, packet, new(remote.Address, remote.Port + 1));
    }

    private static bool TrySend(Socket socket, byte[] packet, IPEndPoint remote)
    {
        try
        {
            socket.SendTo(packet, remote);
            return true;
        }
        catch (SocketException) { return false; }
        catch (ObjectDisposedException) { return false; }
    }

    /// <summary>Seconds since 1900 in 32.32 fixed point.</summary>
    private ulong Ntp()
    {
        var since = _time.GetUtcNow() - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var (seconds, rest) = Math.DivRem(since.Ticks, TimeSpan.TicksPerSecond);
        return ((ulong)seconds << 32) | (ulong)(rest * 4294967296.0 / TimeSpan.TicksPerSecond);
    }
}
