using System.Net.Sockets;
using System.Security.Authentication;
using AvGateway.Operations.Escalation;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AvGateway.Channels.Mail;

/// <summary>Hands mails to the court's own server. Where the site does not say <c>plain</c>, nothing is said before TLS stands.</summary>
internal sealed class MailChannel(MailPlan plan) : IChannel
{
    private const int MostAtOnce = 4;

    private readonly Turns _lines = new(MostAtOnce);

    public string Id => plan.Id;

    public TimeSpan Patience => plan.Patience;

    public async Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
    {
        if (plan.CheckAddress(address) is { } wrong) return Ends.Refused(wrong);
        using var message = MailText.Compose(notice, plan.From, address);
        await _lines.WaitAsync(cancellation);
        try
        {
            return await HandOverAsync(message, cancellation);
        }
        finally
        {
            _lines.Release();
        }
    }

    private async Task<Delivery> HandOverAsync(MimeMessage message, CancellationToken cancellation)
    {
        using var client = new SmtpClient
        {
            // Else it would introduce itself with this machine's address.
            LocalDomain = MailText.DomainOf(plan.From),
            CheckCertificateRevocation = false,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateValidationCallback = (_, shown, sent, errors) => Trust.Admits(shown, sent, errors, plan.Authorities),
            Timeout = (int)plan.Patience.TotalMilliseconds,
        };
        try
        {
            await client.ConnectAsync(plan.Host, plan.Port, Protection(), cancellation);
            if (plan is { User: { } user, Password: { } password }) await client.AuthenticateAsync(user, password.Reveal(), cancellation);
            await client.SendAsync(message, cancellation);
            await ByeAsync(client, cancellation);
            return Ends.Taken($"{plan.Host} took it as {message.MessageId}");
        }
        catch (SmtpCommandException refused)
        {
            return Coded(refused);
        }
        catch (MailKit.Security.AuthenticationException refused)
        {
            return refused.InnerException is SmtpCommandException { StatusCode: var code } && (int)code is >= 400 and < 500
                ? Ends.Later($"{plan.Host} cannot sign us in now ({(int)code})")
                : Ends.Refused($"{plan.Host} refuses the sign-in; see \"user\" and \"secret\"");
        }
        catch (NotSupportedException missing)
        {
            return Ends.Refused(plan.Protection is MailProtection.StartTls
                ? $"{plan.Host}:{plan.Port} offers no STARTTLS or no known sign-in ({missing.Message}); write \"tls\": \"tls\" for a port with TLS from the start, or \"plain\" if the court wants none"
                : $"{plan.Host}:{plan.Port}: {missing.Message}");
        }
        catch (ServiceNotAuthenticatedException)
        {
            return Ends.Refused($"{plan.Host} wants a sign-in; give \"user\" and \"secret\"");
        }
        catch (SslHandshakeException insecure)
        {
            return Ends.Later($"{plan.Host}:{plan.Port}: no secure connection ({insecure.GetBaseException().Message}); its certificate must be of the authority in \"ca\" and name this host");
        }
        catch (Exception broken) when (broken is IOException or SocketException or SmtpProtocolException or ServiceNotConnectedException or TimeoutException)
        {
            return Ends.Later($"{plan.Host}:{plan.Port}: {broken.GetBaseException().Message}");
        }
    }

    private SecureSocketOptions Protection() => plan.Protection switch
    {
        MailProtection.Tls => SecureSocketOptions.SslOnConnect,
        MailProtection.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    // The answer's text may repeat the address, the subject or what the server is; its number is enough.
    private Delivery Coded(SmtpCommandException refused)
    {
        var code = (int)refused.StatusCode;
        var about = refused.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => "the receiver",
            SmtpErrorCode.SenderNotAccepted => "the sender; see \"from\"",
            SmtpErrorCode.MessageNotAccepted => "the message",
            _ => "a command",
        };
        return code is >= 500 and < 600 ? Ends.Refused($"{plan.Host} refuses {about} ({code})") : Ends.Later($"{plan.Host} does not take {about} now ({code})");
    }

    /// <summary>The message was taken: how the goodbye goes changes nothing.</summary>
    private static async Task ByeAsync(SmtpClient client, CancellationToken cancellation)
    {
        try { await client.DisconnectAsync(quit: true, cancellation); }
        catch (Exception gone) when (gone is IOException or SocketException or SmtpProtocolException or SmtpCommandException or OperationCanceledException)
        {
            // A server that hangs up first.
        }
    }
}
