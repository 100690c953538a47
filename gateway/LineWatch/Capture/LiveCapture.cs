using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Packets;
using SharpPcap;
using SharpPcap.LibPcap;

namespace AvGateway.LineWatch.Capture;

/// <summary>What libpcap counts. Its drops are a lower bound: some ways of losing packets it does not see.</summary>
public readonly record struct CaptureCounts(long Captured, long Dropped);

/// <summary>One interface that is listened to, on a thread of libpcap's: analysed, cut and put into the ring packet by packet.</summary>
public sealed class LiveCapture : IDisposable
{
    // Packets are taken in blocks of the kernel's: with a buffer of this size bursts of 50,000/s are kept whole (gateway/docs/performance.md).
    private const int KernelBuffer = 32 * 1024 * 1024;
    private const int ReadWithin = 100;
    private const int KeptOfFrame = 4096;

    private readonly WatchPlan _plan;
    private readonly TimeProvider _time;
    private readonly LineAnalysis _analysis;
    private readonly Lock _gate = new();
    private readonly byte[] _kept = new byte[KeptOfFrame];
    private LibPcapLiveDevice? _device;
    private LinkLayer _link;
    private volatile string? _failure;
    private long _captured;

    public LiveCapture(WatchPlan plan, TimeProvider time)
    {
        (_plan, _time) = (plan, time);
        _analysis = new(new() { SipPorts = plan.SipPorts });
        Ring = new(plan.RingOctets, plan.RingSpan);
        _analysis.IntervalEnded += () => HasNews = true;
    }

    public EvidenceRing Ring { get; }
    public WatchPlan Plan => _plan;
    public LinkLayer Link => _link;

    /// <summary>An interval ended since the last picture was taken.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Tries to listen.</summary>
    public CaptureCondition Open()
    {
        Close();
        try
        {
            var devices = LibPcapLiveDeviceList.New();
            var found = devices.FirstOrDefault(d => d.Name == _plan.Interface);
            if (found is null) return CaptureCondition.NoInterface(_plan.Interface, devices.Where(d => d.Addresses.Count > 0).Select(d => d.Name));
            found.Open(new DeviceConfiguration
            {
                Mode = DeviceModes.Promiscuous,
                ReadTimeout = ReadWithin,
                BufferSize = KernelBuffer,
                Snaplen = KeptOfFrame,
            });
            found.Filter = CaptureFilter.Of(_plan);
            _link = (LinkLayer)(int)found.LinkType is var link and not LinkLayer.RawOfOldLibraries ? link : LinkLayer.Raw;
            _failure = null;

            // Close takes the listeners off, so they are put on each time.
            found.OnPacketArrival += Take;
            found.OnCaptureStopped += (_, status) => _failure ??= status is CaptureStoppedEventStatus.ErrorWhileCapturing ? found.LastError : null;
            _device = found;
            found.StartCapture();
            return CaptureCondition.Watching;
        }
        catch (Exception missing) when (missing is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            return CaptureCondition.NoLibrary;
        }
        catch (PcapException refused) when (refused.Error is PcapError.PermissionDenied or PcapError.PromiscuousPermissionDenied)
        {
            Close();
            return CaptureCondition.NoRights(_plan.Interface);
        }
        catch (PcapException failed)
        {
            Close();
            return CaptureCondition.Failed(failed.Message);
        }
    }

    /// <summary>Time went by; null while nothing is wrong.</summary>
    public CaptureCondition? Look()
    {
        lock (_gate) _analysis.Advance(_time.GetUtcNow().UtcTicks);
        return _failure is { } why ? CaptureCondition.Failed(why) : null;
    }

    public LinePicture Picture()
    {
        lock (_gate)
        {
            HasNews = false;
            return _analysis.Picture();
        }
    }

    public CaptureCounts Counts
    {
        get
        {
            var captured = Interlocked.Read(ref _captured);
            try { return new(captured, _device is { Opened: true } open ? open.Statistics.DroppedPackets : 0); }
            catch (PcapException)
            {
                // The interface is going away; its next look says so.
                return new(captured, 0);
            }
        }
    }

    public void Dispose() => Close();

    private void Take(object sender, PacketCapture capture)
    {
        var header = (PcapHeader)capture.Header;
        var at = DateTime.UnixEpoch.Ticks + ((long)header.Timeval.Seconds * TimeSpan.TicksPerSecond) + ((long)header.Timeval.MicroSeconds * TimeSpan.TicksPerMicrosecond);
        var packet = Packet.Read(at, _link, capture.Data, (int)header.PacketLength);
        PacketSight sight;
        lock (_gate) sight = _analysis.Take(packet);
        var length = PacketCutter.Cut(packet, sight, _kept);
        Ring.Add(at, _kept.AsSpan(0, length), packet.WireLength, sight.Mark);
        Interlocked.Increment(ref _captured);
    }

    private void Close()
    {
        _device?.Close();
        _device = null;
    }
}
