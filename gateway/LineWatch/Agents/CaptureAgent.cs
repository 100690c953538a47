using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Threading.Channels;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Evidence;
using Microsoft.Extensions.Logging;

namespace AvGateway.LineWatch.Agents;

/// <summary>
/// The capture process: listens where the gateway tells it to, looks at packets, keeps the ring, and hands out figures and windows of heads. It opens no
/// file, knows no secret and serves one gateway at a time over a local socket.
/// </summary>
public sealed partial class CaptureAgent(TimeProvider time, ILogger<CaptureAgent> log) : IDisposable
{
    private const int MostAtOnce = 4;
    private const int PartLength = 256 * 1024;
    private const int MostWaiting = 64;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(30);

    // A gateway that restarts finds its ring again; without one nobody listens.
    private static readonly TimeSpan Orphaned = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GreetWithin = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<Watched> _watched = [];
    private string _settings = "";

    public async Task RunAsync(string socket, CancellationToken stop)
    {
        File.Delete(socket);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));

        // Its folder says who may come in: the unit gives it to the gateway's group.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        listener.Listen(1);
        Listening(log, socket);
        try
        {
            while (true)
            {
                using var gateway = await AcceptAsync(listener, stop);
                await using var stream = new NetworkStream(gateway);
                using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
                try { await ServeAsync(stream, gone); }
                catch (Exception ended) when (ended is IOException or AgentProtocolException or SocketException or ArgumentException
                    || (ended is OperationCanceledException && !stop.IsCancellationRequested))
                {
                    GatewayGone(log, ended.Message);
                }
            }
        }
        finally
        {
            CloseAll();
            File.Delete(socket);
        }
    }

    public void Dispose() => CloseAll();

    private async Task<Socket> AcceptAsync(Socket listener, CancellationToken stop)
    {
        var accepting = listener.AcceptAsync(stop).AsTask();
        try { return await accepting.WaitAsync(Orphaned, time, stop); }
        catch (TimeoutException)
        {
            // Nobody wants what it hears: it stops listening and goes on waiting.
            NobodyCame(log, Orphaned);
            CloseAll();
            return await accepting;
        }
    }

    private async Task ServeAsync(Stream stream, CancellationTokenSource gone)
    {
        using (var within = new CancellationTokenSource(GreetWithin, time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(within.Token, gone.Token))
        {
            if (await AgentFrame.ReadAsync(stream, either.Token) is not { Word: AgentWord.Hello }) throw new AgentProtocolException("it did not say hello");
        }

        // One writer: frames of evidence and pictures never mix. A gateway that does not read is dropped, not waited for.
        var outgoing = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        await stream.WriteAsync(AgentFrame.Of(AgentWord.Hello, new AgentHello("capture-agent")), gone.Token);
        var writing = WriteAsync(stream, outgoing.Reader, gone);
        var looking = LookAsync(outgoing.Writer, gone);
        try
        {
            var running = new List<Task>();
            while (await AgentFrame.ReadAsync(stream, gone.Token) is { } frame)
            {
                if (frame.Word is AgentWord.Settings) Apply(frame.Payload, outgoing.Writer);
                else if (frame.Word is AgentWord.EvidenceWanted)
                {
                    running.RemoveAll(r => r.IsCompleted);
                    var wanted = AgentFrame.Read<EvidenceWanted>(frame.Payload);
                    if (running.Count < MostAtOnce) running.Add(HandOutAsync(wanted, outgoing.Writer, gone.Token));
                    else Say(outgoing.Writer, AgentFrame.Of(AgentWord.EvidenceEnd, new EvidenceEnd(wanted.Number, 0, $"more than {MostAtOnce} windows at once")));
                }
            }
        }
        finally
        {
            await gone.CancelAsync();
            outgoing.Writer.TryComplete();
            await Task.WhenAll(writing, looking);
        }
    }

    private static async Task WriteAsync(Stream stream, ChannelReader<byte[]> frames, CancellationTokenSource gone)
    {
        try
        {
            await foreach (var frame in frames.ReadAllAsync(gone.Token)) await stream.WriteAsync(frame, gone.Token);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            await gone.CancelAsync();
        }
    }

    private void Apply(byte[] payload, ChannelWriter<byte[]> say)
    {
        var settings = AgentFrame.Read<AgentSettings>(payload);
        var text = System.Text.Encoding.UTF8.GetString(payload);
        lock (_gate) Apply(settings, text, say);
    }

    private void Apply(AgentSettings settings, string text, ChannelWriter<byte[]> say)
    {
        if (text == _settings)
        {
            foreach (var watched in _watched) Say(say, Status(watched));
            return;
        }

        CloseAll();
        foreach (var plan in settings.Watches.Take(AgentSettings.MostWatches))
        {
            var watched = new Watched(new(Plan(plan), time));
            _watched.Add(watched);
            Open(watched, say);
        }

        _settings = text;
    }

    private static WatchPlan Plan(WatchPlanOf given) => new(given.Id, given.Interface)
    {
        SipPorts = given.SipPorts,
        FirstMediaPort = given.FirstMediaPort,
        LastMediaPort = given.LastMediaPort,
        Devices = given.Devices,
        RingOctets = Math.Clamp(given.RingOctets, 1024 * 1024, 64 * 1024 * 1024),
        RingSpan = TimeSpan.FromSeconds(Math.Clamp(given.RingSeconds, 10, 3600)),
    };

    private void Open(Watched watched, ChannelWriter<byte[]> say)
    {
        watched.Condition = watched.Capture.Open();
        watched.TriedAt = time.GetTimestamp();
        if (watched.Condition.State is CaptureState.Watching) Watching(log, watched.Capture.Plan.Id, watched.Capture.Plan.Interface);
        else if (watched.Told != watched.Condition.State) Cannot(log, watched.Capture.Plan.Id, watched.Condition.En, watched.Condition.RemedyEn);
        watched.Told = watched.Condition.State;
        Say(say, Status(watched));
    }

    private async Task LookAsync(ChannelWriter<byte[]> say, CancellationTokenSource gone)
    {
        using var ticks = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await ticks.WaitForNextTickAsync(gone.Token))
            {
                lock (_gate)
                {
                    foreach (var watched in _watched) Look(watched, say);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway is gone.
        }
    }

    private void Look(Watched watched, ChannelWriter<byte[]> say)
    {
        if (watched.Condition.State is not CaptureState.Watching)
        {
            if (time.GetElapsedTime(watched.TriedAt) >= RetryEvery) Open(watched, say);
            return;
        }

        if (watched.Capture.Look() is { } wrong)
        {
            (watched.Condition, watched.TriedAt) = (wrong, time.GetTimestamp());
            Say(say, Status(watched));
        }

        if (!watched.Capture.HasNews) return;
        var (frames, octets, oldest) = watched.Capture.Ring.Held;
        var counts = watched.Capture.Counts;
        Say(say, AgentFrame.Of(AgentWord.Picture, new AgentPicture(
            watched.Capture.Plan.Id, PictureExtract.Of(watched.Capture.Picture()), counts.Captured, counts.Dropped, frames, octets, oldest == 0 ? null : new(oldest, TimeSpan.Zero))));
    }

    private async Task HandOutAsync(EvidenceWanted wanted, ChannelWriter<byte[]> say, CancellationToken cancellation)
    {
        Watched? watched;
        lock (_gate) watched = _watched.Find(w => w.Capture.Plan.Id == wanted.Cause.Watch);
        if (watched is null)
        {
            Say(say, AgentFrame.Of(AgentWord.EvidenceEnd, new EvidenceEnd(wanted.Number, 0, "there is no such watch")));
            return;
        }

        var part = new ArrayBufferWriter<byte>(PartLength);
        var writer = new EvidenceWriter(wanted.Cause, watched.Capture.Link, part);
        try
        {
            var isOver = false;
            using var ticks = new PeriodicTimer(LookEvery, time);
            while (!isOver)
            {
                // Written as time goes by, so that a ring that is too small for the whole window does not matter. A second more: the kernel hands over late.
                isOver = time.GetUtcNow() > wanted.Cause.Until + LookEvery;
                writer.Continue(watched.Capture.Ring);
                for (var at = 0; at < part.WrittenCount; at += PartLength)
                    await say.WriteAsync(Part(wanted.Number, part.WrittenSpan[at..Math.Min(part.WrittenCount, at + PartLength)]), cancellation);
                part.ResetWrittenCount();
                if (!isOver) await ticks.WaitForNextTickAsync(cancellation);
            }

            await say.WriteAsync(AgentFrame.Of(AgentWord.EvidenceEnd, new EvidenceEnd(wanted.Number, writer.Frames, null)), cancellation);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ChannelClosedException)
        {
            // The gateway is gone; what it has of the window it keeps as incomplete.
        }
    }

    private static byte[] Part(int number, ReadOnlySpan<byte> octets)
    {
        var payload = new byte[4 + octets.Length];
        BinaryPrimitives.WriteInt32LittleEndian(payload, number);
        octets.CopyTo(payload.AsSpan(4));
        return AgentFrame.Pack(AgentWord.EvidencePart, payload);
    }

    private static byte[] Status(Watched watched)
    {
        var condition = watched.Condition;
        return AgentFrame.Of(AgentWord.Status, new AgentStatus(watched.Capture.Plan.Id, condition.State.ToString(), condition.En, condition.Zh, condition.RemedyEn, condition.RemedyZh));
    }

    // What is not taken in time is old: the next picture says it again.
    private static void Say(ChannelWriter<byte[]> say, byte[] frame) => say.TryWrite(frame);

    private void CloseAll()
    {
        lock (_gate)
        {
            foreach (var watched in _watched) watched.Capture.Dispose();
            _watched.Clear();
            _settings = "";
        }
    }

    private sealed class Watched(LiveCapture capture)
    {
        public LiveCapture Capture => capture;
        public CaptureCondition Condition { get; set; } = CaptureCondition.Failed("not tried yet");
        public CaptureState? Told { get; set; }
        public long TriedAt { get; set; }
    }

    [LoggerMessage(EventId = 6100, Level = LogLevel.Information, Message = "Listening for the gateway at {Socket}")]
    private static partial void Listening(ILogger log, string socket);

    [LoggerMessage(EventId = 6101, Level = LogLevel.Information, Message = "Watch {Watch} listens on {Interface}")]
    private static partial void Watching(ILogger log, string watch, string @interface);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Warning, Message = "Watch {Watch}: {Problem}; {Remedy}")]
    private static partial void Cannot(ILogger log, string watch, string problem, string remedy);

    [LoggerMessage(EventId = 6103, Level = LogLevel.Information, Message = "The gateway is gone: {Reason}")]
    private static partial void GatewayGone(ILogger log, string reason);

    [LoggerMessage(EventId = 6104, Level = LogLevel.Information, Message = "No gateway came within {Span}: nothing is captured until one does")]
    private static partial void NobodyCame(ILogger log, TimeSpan span);
}
