using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>A server on loopback that answers each request by a function of the test, byte by byte as the test says.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _running;
    private int _connections;

    /// <param name="answer">From the head and body of a request to the bytes of the answer; an empty one closes the connection.</param>
    public HttpServer(Func<string, string> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public List<string> Heard { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                stream = tls;
            }

            await using var __ = stream;
            var text = "";
            var buffer = new byte[4096];
            while (true)
            {
                while (!IsWhole(text))
                {
                    var count = await stream.ReadAsync(buffer, _stop.Token);
                    if (count == 0) return;
                    text += Encoding.Latin1.GetString(buffer, 0, count);
                }

                lock (Heard) Heard.Add(text);
                var answer = _answer(text);
                if (answer.Length == 0) return;
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
                if (answer.Contains("Connection: close", StringComparison.Ordinal)) return;
                text = "";
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The client went; what it made of that is what the test looks at.
        }
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        var at = text.IndexOf("Content-Length: ", StringComparison.Ordinal);
        return at < 0 || text.Length >= end + 4 + int.Parse(text[(at + 16)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
