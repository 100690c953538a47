using System.Net;
using AvGateway.Drivers.Transports.Sip;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Channels.Call;

/// <summary>The SIP stack of the calls, opened with the first one. It is not the devices' one: a flood of theirs takes no call from it.</summary>
internal sealed class CallAgent(LinkAddress exchange, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Any, 0);

    private readonly SemaphoreSlim _opening = new(1, 1);
    private SipStack? _stack;

    /// <exception cref="System.Net.Sockets.SocketException">No socket is to be had.</exception>
    public async Task<ISipUserAgent> OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation);
        try
        {
            var pin = exchange.Option("pin");
            return _stack ??= await SipStack.OpenAsync(
                new()
                {
                    Udp = Anywhere,
                    Tcp = Anywhere,
                    Tls = pin is null ? null : Anywhere,
                    TlsTrust = pin is null ? null : new() { PinOf = _ => pin },
                    Dialogs = 8,
                    Transactions = 100,
                },
                time,
                log);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stack is { } stack) await stack.DisposeAsync();
        _opening.Dispose();
    }
}
