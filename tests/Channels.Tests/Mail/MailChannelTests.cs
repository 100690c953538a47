using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Channels.Mail;
using AvGateway.Links;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;
using MimeKit;
using SmtpServer.Protocol;

namespace AvGateway.Channels.Tests.Mail;

/// <summary>Against a real SMTP server over a real socket.</summary>
public sealed class MailChannelTests
{
    private const string Duty = "duty@court.example";
    private const string Password = "canary-mail-password";

    private static readonly Authority Court = new();

    [Theory]
    [InlineData(MailProtection.StartTls)]
    [InlineData(MailProtection.Tls)]
    public async Task The_server_gets_plain_text_in_both_languages_under_TLS_and_no_secret(MailProtection protection)
    {
        await using var server = new SmtpReceiver(Court.Sign("localhost"), protection is MailProtection.Tls) { Password = Password };
        var delivery = await new MailChannel(Plan(server, protection) with { User = "avgw", Password = new Secret(Password) }).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();

        Assert.True(delivery.Outcome is DeliveryOutcome.Taken, delivery.Detail);
        var raw = Assert.Single(server.Messages);
        var mail = MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(raw)), Patience.Test);
        Assert.Equal("一级故障：第一审判庭录像机未应答 / P1: the recorder of court-1 does not answer", mail.Subject);
        Assert.Equal("text/plain", mail.Body!.ContentType.MimeType);
        Assert.Contains("录像机 court-1/recorder 自 21:30 起未应答。", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Please acknowledge within five minutes.", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(("AvGateway", "avgw@court.example", Duty), (mail.From.Mailboxes.Single().Name, mail.From.Mailboxes.Single().Address, mail.To.Mailboxes.Single().Address));
        Assert.Equal((Notices.At, MessageImportance.High, "auto-generated"), (mail.Date, mail.Importance, mail.Headers[HeaderId.AutoSubmitted]));
        Assert.Equal(("avgw", Password), server.SignIns.Single());
        Assert.DoesNotContain("canary", raw + mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.MachineName, raw, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_repeat_is_the_same_message_byte_for_byte_and_another_key_or_receiver_is_not()
    {
        await using var server = new SmtpReceiver(Court.Sign("localhost"));
        var channel = new MailChannel(Plan(server));
        foreach (var (key, to) in ((string, string)[])[("a", Duty), ("a", Duty), ("b", Duty), ("a", "lead@court.example")])
            await Deliver(channel, key, to);

        string[] ids = [.. server.Messages.Select(m => m.Split('\n').Single(l => l.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)))];
        Assert.Equal(server.Messages.First(), server.Messages.ElementAt(1));
        Assert.Equal(3, ids.Distinct().Count());

        static async Task Deliver(MailChannel channel, string key, string to) =>
            Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault(key), to, Patience.Test).Soon()).Outcome);
    }

    [Fact]
    public async Task Nothing_in_a_notice_begins_a_header_or_a_second_message()
    {
        await using var server = new SmtpReceiver(Court.Sign("localhost"));
        var notice = Notices.Fault() with { Subject = new("a\r\nBcc: evil@example.com\r\n\r\nbody", "b\u2028c"), Body = new("x\r\n.\r\nMAIL FROM:<evil@example.com>\r\n", "\0y") };
        Assert.Equal(DeliveryOutcome.Taken, (await new MailChannel(Plan(server)).DeliverAsync(notice, Duty, Patience.Test).Soon()).Outcome);

        var mail = MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(Assert.Single(server.Messages))), Patience.Test);
        Assert.Equal("a Bcc: evil@example.com  body / b c", mail.Subject);
        Assert.Empty(mail.Bcc);
        Assert.Contains("MAIL FROM:<evil@example.com>", mail.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("duty")]
    [InlineData("duty@")]
    [InlineData("Duty <duty@court.example>")]
    [InlineData("duty@court.example,evil@example.com")]
    [InlineData("duty@court.example\r\nBcc: evil@example.com")]
    [InlineData("duty@court.example> SIZE=1")]
    public async Task What_is_not_one_address_is_refused_before_anybody_is_asked(string address)
    {
        var plan = new MailPlan("mail", "127.0.0.1", 1, MailProtection.Plain, "avgw@court.example");
        Assert.Equal(DeliveryOutcome.Refused, (await new MailChannel(plan).DeliverAsync(Notices.Fault(), address, Patience.Test)).Outcome);
    }

    [Theory]
    [InlineData(SmtpReplyCode.Aborted, DeliveryOutcome.Later)]
    [InlineData(SmtpReplyCode.InsufficientStorage, DeliveryOutcome.Later)]
    [InlineData(SmtpReplyCode.TransactionFailed, DeliveryOutcome.Refused)]
    [InlineData(SmtpReplyCode.SizeLimitExceeded, DeliveryOutcome.Refused)]
    public async Task A_code_decides_whether_it_is_tried_again(SmtpReplyCode code, DeliveryOutcome expected)
    {
        await using var server = new SmtpReceiver(Court.Sign("localhost")) { Answer = new(code, "mailbox of duty@court.example") };
        var delivery = await new MailChannel(Plan(server)).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        Assert.Equal(expected, delivery.Outcome);
        Assert.Contains($"({(int)code})", delivery.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Duty, delivery.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_mailbox_and_a_refused_password_are_refused_and_told_without_the_password()
    {
        await using var server = new SmtpReceiver(Court.Sign("localhost")) { Password = "another", Mailbox = MailboxFilterResult.No };
        var mailbox = await new MailChannel(Plan(server)).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        var signIn = await new MailChannel(Plan(server) with { User = "avgw", Password = new Secret(Password) }).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();

        Assert.Equal(DeliveryOutcome.Refused, mailbox.Outcome);
        Assert.Contains("refuses the receiver", mailbox.Detail, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Refused, signIn.Outcome);
        Assert.DoesNotContain(Password, signIn.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_neither_password_nor_message_unless_the_site_says_plain()
    {
        await using var server = new SmtpReceiver(certificate: null) { Password = Password };
        var delivery = await new MailChannel(Plan(server) with { User = "avgw", Password = new Secret(Password) }).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Contains("STARTTLS", delivery.Detail, StringComparison.Ordinal);
        Assert.Empty(server.SignIns);
        Assert.Empty(server.Messages);

        Assert.Equal(DeliveryOutcome.Taken, (await new MailChannel(Plan(server, MailProtection.Plain)).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon()).Outcome);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_or_for_another_name_gets_nothing()
    {
        await using var server = new SmtpReceiver(Court.Sign("localhost"));
        await using var misnamed = new SmtpReceiver(Court.Sign("other.court.example"));
        var stranger = await new MailChannel(Plan(server) with { Authorities = new Authority().Certificates }).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        var unlisted = await new MailChannel(Plan(server) with { Authorities = null }).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        var wrongName = await new MailChannel(Plan(misnamed)).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();

        Assert.All([stranger, unlisted, wrongName], d => Assert.Contains("no secure connection", d.Detail, StringComparison.Ordinal));
        Assert.Empty(server.Messages);
        Assert.Empty(misnamed.Messages);
    }

    [Fact]
    public async Task One_that_hangs_is_left_when_the_caller_says_so_and_delays_no_other()
    {
        await using var server = new SmtpReceiver(Court.Sign("localhost")) { Hangs = true };
        await using var other = new SmtpReceiver(Court.Sign("localhost"));
        using var cancel = new CancellationTokenSource();
        var hanging = new MailChannel(Plan(server)).DeliverAsync(Notices.Fault(), Duty, cancel.Token);
        await server.Arrived.Task.Soon();
        Assert.Equal(DeliveryOutcome.Taken, (await new MailChannel(Plan(other)).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon()).Outcome);
        Assert.False(hanging.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.Soon());
    }

    [Fact]
    public async Task A_server_that_is_down_or_talks_nonsense_is_later()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = ServeAsync(listener);
        var nonsense = await new MailChannel(new("mail", "localhost", port, MailProtection.StartTls, "avgw@court.example")).DeliverAsync(Notices.Fault(severity: Severity.P3), Duty, Patience.Test).Soon();
        await serving.Soon();
        listener.Stop();
        var down = await new MailChannel(new("mail", "localhost", port, MailProtection.StartTls, "avgw@court.example")).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();

        Assert.Equal([DeliveryOutcome.Later, DeliveryOutcome.Later], [nonsense.Outcome, down.Outcome]);

        static async Task ServeAsync(TcpListener listener)
        {
            using var client = await listener.AcceptTcpClientAsync(Patience.Test);
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Patience.Test);
        }
    }

    private static MailPlan Plan(SmtpReceiver server, MailProtection protection = MailProtection.StartTls) =>
        new("mail", "localhost", server.Port, protection, "avgw@court.example") { Authorities = Court.Certificates };
}
