using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using AvGateway.Drivers.Http;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Http;

/// <summary>
/// Takes requests off one pipe, carries them out one after the other, and puts the answers into the other. Log-in, encryption, chunks and
/// the connection's life are the HTTP client's; a request that cannot be carried out ends the link.
/// </summary>
internal sealed class HttpLink : OpenLink
{
    private static readonly PipeOptions Plain = new(pauseWriterThreshold: 0, useSynchronizationContext: false);

    private static readonly PipeOptions Arrivals = new(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly HttpClient _client;
    private readonly Uri _root;
    private readonly Action _giveBack;
    private readonly Action<string> _failed;
    private readonly Pipe _requests = new(Plain);
    private readonly CancellationTokenSource _gone = new();
    private readonly Task _serving;

    /// <param name="giveBack">Closes the first connection where no request has used it yet.</param>
    public HttpLink(HttpClient client, Uri root, Action giveBack, Action<string> failed) : base(Arrivals)
    {
        (_client, _root, _giveBack, _failed) = (client, root, giveBack, failed);
        client.DefaultRequestVersion = HttpVersion.Version11;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        client.MaxResponseContentBufferSize = HttpLimits.Reply;

        // The runtime's exchange has the deadline; it ends the link, which cancels the request.
        client.Timeout = Timeout.InfiniteTimeSpan;
        _serving = ServeAsync();
    }

    protected override void Shut() => _gone.Cancel();

    protected override Task ClosedAsync() => _serving;

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (HasEnded) throw Gone();
        await _requests.Writer.WriteAsync(bytes, CancellationToken.None);
    }

    private async Task ServeAsync()
    {
        End(await ServeToEndAsync());
        _giveBack();
        _client.Dispose();
        await _requests.Reader.CompleteAsync();
        await Arrived.CompleteAsync();
        _gone.Dispose();
    }

    private async Task<LinkEnd> ServeToEndAsync()
    {
        try
        {
            while (true)
            {
                var read = await _requests.Reader.ReadAsync(_gone.Token);
                var left = read.Buffer;
                while (HttpRequestReader.TryTake(ref left, out var request)) await CarryOutAsync(request);
                _requests.Reader.AdvanceTo(left.Start, left.End);
            }
        }
        catch (OperationCanceledException)
        {
            return LinkEnd.Aborted;
        }
        catch (HttpRequestException e)
        {
            _failed(e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message);
            return ReasonOf(e);
        }
        catch (LinkException e)
        {
            _failed(e.Message);
            return LinkEnd.Silent;
        }
    }

    private async Task CarryOutAsync(HttpRequest asked)
    {
        using var request = new HttpRequestMessage(new(asked.Method), _root.GetLeftPart(UriPartial.Authority) + asked.Path);
        if (asked.Method != "GET") request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(asked.Body));
        if (asked.ContentType.Length > 0) request.Content?.Headers.TryAddWithoutValidation("Content-Type", asked.ContentType);
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, _gone.Token);
        var body = await answer.Content.ReadAsByteArrayAsync(_gone.Token);
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)answer.StatusCode} {Line(answer.ReasonPhrase)}\r\n");
        if (answer.Content.Headers.ContentType is { } type) head.Append(CultureInfo.InvariantCulture, $"Content-Type: {Line(type.ToString())}\r\n");
        foreach (var challenge in answer.Headers.WwwAuthenticate) head.Append(CultureInfo.InvariantCulture, $"WWW-Authenticate: {Line(Scheme(challenge))}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        byte[] whole = [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
        await Arrived.WriteAsync(whole, _gone.Token);
    }

    // The nonce of a challenge is nobody's business behind the link.
    private static string Scheme(AuthenticationHeaderValue challenge) => challenge.Scheme;

    private static string Line(string? text) => text is null ? "" : string.Concat(text.Where(c => c is >= ' ' and <= '~'));

    private static LinkEnd ReasonOf(HttpRequestException failure) => failure switch
    {
        { InnerException: IOException { InnerException: SocketException socket } } => SocketWords.ReasonOf(socket.SocketErrorCode),
        { InnerException: SocketException socket } => SocketWords.ReasonOf(socket.SocketErrorCode),
        { HttpRequestError: HttpRequestError.ResponseEnded } => LinkEnd.ClosedByPeer,
        { HttpRequestError: HttpRequestError.ConnectionError } => LinkEnd.Reset,
        _ => LinkEnd.Failed,
    };
}
