using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace AvGateway.Channels.Tests;

/// <summary>Somebody else's SMTP server, with a mood.</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="isTls">TLS from the first byte.</param>
    public SmtpReceiver(X509Certificate2? certificate, bool isTls = false)
    {
        Port = FreePort();
        var options = new SmtpServerOptionsBuilder().ServerName("mail.court.example").Endpoint(e =>
        {
            e.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).AllowUnsecureAuthentication(false);
            if (certificate is not null) e.Certificate(certificate);
            if (isTls) e.IsSecure(true);
        }).Build();
        var services = new ServiceProvider();
        services.Add(new Store(this));
        services.Add(new Mailboxes(this));
        services.Add(new Accounts(this));
        _running = new SmtpServer.SmtpServer(options, services).StartAsync(_stop.Token);
    }

    public int Port { get; }

    /// <summary>Each message as it came.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public ConcurrentQueue<(string User, string Password)> SignIns { get; } = new();

    /// <summary>What is said to a message; null: it is taken.</summary>
    public SmtpResponse? Answer { get; set; }

    public MailboxFilterResult Mailbox { get; set; } = MailboxFilterResult.Yes;

    public string Password { get; set; } = "";

    public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Hangs { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private sealed class Store(SmtpReceiver receiver) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            receiver.Arrived.TrySetResult();
            if (receiver.Hangs) await Task.Delay(Timeout.Infinite, cancellationToken);
            if (receiver.Answer is { } answer) return answer;
            receiver.Messages.Enqueue(Encoding.Latin1.GetString(BuffersExtensions.ToArray(buffer)));
            return SmtpResponse.Ok;
        }
    }

    private sealed class Mailboxes(SmtpReceiver receiver) : MailboxFilter
    {
        public override Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            Task.FromResult(receiver.Mailbox is MailboxFilterResult.Yes);
    }

    private sealed class Accounts(SmtpReceiver receiver) : UserAuthenticator
    {
        public override Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken)
        {
            receiver.SignIns.Enqueue((user, password));
            return Task.FromResult(password == receiver.Password);
        }
    }
}

internal enum MailboxFilterResult { Yes, No }
