using System.Buffers;
using System.Net.Sockets;
using AvGateway.LineWatch.Agents;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Tests.Agents;

/// <summary>A capture process that sees what a test wishes; it hands out the same window to everybody.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<EvidenceCause, EvidenceRing> _ringFor;
    private readonly TaskCompletionSource<EvidenceCause> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Stream> _here = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    public FakeAgent(string socket, Func<EvidenceCause, EvidenceRing> ringFor)
    {
        _ringFor = ringFor;
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        _listener.Listen(1);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Why the first window was asked for.</summary>
    public Task<EvidenceCause> AskedAsync() => _asked.Task.WaitAsync(Tools.Patience, TestContext.Current.CancellationToken);

    /// <summary>Shows a picture of the watch <c>wan</c>.</summary>
    public async Task ShowAsync(long wrongChecksums)
    {
        var stream = await _here.Task.WaitAsync(Tools.Patience, TestContext.Current.CancellationToken);
        var picture = LinePicture.Empty with { At = TimeProvider.System.GetUtcNow(), Totals = new(100, 10_000, 0, 0, 0, 0, wrongChecksums, 0) };
        await stream.WriteAsync(AgentFrame.Of(AgentWord.Picture, new AgentPicture("wan", picture, 100, 0, 100, 10_000, picture.At)), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            using var gateway = await _listener.AcceptAsync(_stopping.Token);
            await using var stream = new NetworkStream(gateway);
            while (await AgentFrame.ReadAsync(stream, _stopping.Token) is { } frame)
            {
                if (frame.Word is AgentWord.Hello) await stream.WriteAsync(AgentFrame.Of(AgentWord.Hello, new AgentHello("tests")), _stopping.Token);
                if (frame.Word is AgentWord.EvidenceWanted) await HandOutAsync(stream, AgentFrame.Read<EvidenceWanted>(frame.Payload));
                if (frame.Word is not AgentWord.Settings) continue;
                await stream.WriteAsync(AgentFrame.Of(AgentWord.Status, new AgentStatus("wan", "Watching", "watching", "监视中", "", "")), _stopping.Token);
                _here.TrySetResult(stream);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or SocketException)
        {
            // The test is over, or the gateway.
        }
    }

    private async Task HandOutAsync(Stream stream, EvidenceWanted wanted)
    {
        var window = new ArrayBufferWriter<byte>();
        var writer = new EvidenceWriter(wanted.Cause, LinkLayer.Ethernet, window);
        writer.Continue(_ringFor(wanted.Cause));
        await stream.WriteAsync(AgentFrame.Pack(AgentWord.EvidencePart, [.. BitConverter.GetBytes(wanted.Number), .. window.WrittenSpan]), _stopping.Token);
        await stream.WriteAsync(AgentFrame.Of(AgentWord.EvidenceEnd, new EvidenceEnd(wanted.Number, writer.Frames, null)), _stopping.Token);
        _asked.TrySetResult(wanted.Cause);
    }
}
