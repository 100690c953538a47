using System.Net.Sockets;
using AvGateway.LineWatch.Capture;
using Microsoft.Extensions.Logging;

namespace AvGateway.LineWatch.Agents;

/// <summary>What the gateway hears from its capture process.</summary>
public interface IAgentListener
{
    /// <summary>The process is not there, or not any more.</summary>
    void Away(CaptureCondition condition);
    void Told(AgentStatus status);
    void Seen(AgentPicture seen);
    void Part(int number, ReadOnlySpan<byte> octets);
    void Ended(EvidenceEnd end);
}

/// <summary>The gateway's end of the local socket: connects, comes back after a loss, says what is to be watched.</summary>
public sealed partial class AgentLink(string socket, AgentSettings settings, IAgentListener listener, TimeProvider time, ILogger<AgentLink> log) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GreetWithin = TimeSpan.FromSeconds(5);

    // Pictures come every few seconds; a process that says nothing for so long hangs.
    private static readonly TimeSpan SilenceWithin = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Stream? _stream;
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(KeepAsync);

    /// <summary>Asks for a window of packets.</summary>
    /// <returns>False: nobody is there to ask.</returns>
    public async Task<bool> AskAsync(EvidenceWanted wanted)
    {
        if (_stream is not { } stream) return false;
        try
        {
            await SendAsync(stream, AgentFrame.Of(AgentWord.EvidenceWanted, wanted), _stopping.Token);
            return true;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
        _turn.Dispose();
    }

    private async Task KeepAsync()
    {
        var pause = FirstPause;
        string? said = null;
        while (!_stopping.IsCancellationRequested)
        {
            var condition = CaptureCondition.NoAgent(socket);
            try
            {
                using var end = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await end.ConnectAsync(new UnixDomainSocketEndPoint(socket), _stopping.Token);
                await using var stream = new NetworkStream(end);
                await GreetAsync(stream);
                (pause, said) = (FirstPause, null);
                Connected(log, socket);
                await ListenAsync(stream);
            }
            catch (Exception away) when (away is SocketException or IOException or ArgumentException)
            {
                // Its absence is its own message; the rest is told when it ends.
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception wrong) when (wrong is AgentProtocolException or TimeoutException or OperationCanceledException)
            {
                condition = CaptureCondition.Failed(wrong is AgentProtocolException ? wrong.Message : "the capture process does not answer");
            }
            finally
            {
                _stream = null;
            }

            listener.Away(condition);
            if (said != condition.En) Lost(log, condition.En, condition.RemedyEn);
            said = condition.En;
            try { await Task.Delay(pause, time, _stopping.Token); }
            catch (OperationCanceledException) { return; }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task GreetAsync(Stream stream)
    {
        using var within = new CancellationTokenSource(GreetWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(within.Token, _stopping.Token);
        await stream.WriteAsync(AgentFrame.Of(AgentWord.Hello, new AgentHello("gateway")), either.Token);
        if (await AgentFrame.ReadAsync(stream, either.Token) is not { Word: AgentWord.Hello }) throw new AgentProtocolException("it did not say hello");
        await SendAsync(stream, AgentFrame.Of(AgentWord.Settings, settings), either.Token);
        _stream = stream;
    }

    private async Task ListenAsync(Stream stream)
    {
        while (true)
        {
            var reading = AgentFrame.ReadAsync(stream, _stopping.Token);
            if (await reading.WaitAsync(SilenceWithin, time, _stopping.Token) is not { } frame) return;
            switch (frame.Word)
            {
                case AgentWord.Status:
                    listener.Told(AgentFrame.Read<AgentStatus>(frame.Payload));
                    break;
                case AgentWord.Picture:
                    listener.Seen(AgentFrame.Read<AgentPicture>(frame.Payload));
                    break;
                case AgentWord.EvidencePart when frame.Payload.Length > 4:
                    listener.Part(BitConverter.ToInt32(frame.Payload), frame.Payload.AsSpan(4));
                    break;
                case AgentWord.EvidenceEnd:
                    listener.Ended(AgentFrame.Read<EvidenceEnd>(frame.Payload));
                    break;
            }
        }
    }

    private async Task SendAsync(Stream stream, byte[] frame, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try { await stream.WriteAsync(frame, cancellation); }
        finally { _turn.Release(); }
    }

    [LoggerMessage(EventId = 6210, Level = LogLevel.Information, Message = "The capture process answers at {Socket}")]
    private static partial void Connected(ILogger log, string socket);

    [LoggerMessage(EventId = 6211, Level = LogLevel.Warning, Message = "Lines are not watched: {Problem}; {Remedy}")]
    private static partial void Lost(ILogger log, string problem, string remedy);
}
