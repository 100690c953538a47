using System.Text;
using System.Text.Json;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Channels.Tests;

/// <summary>
/// A fault of a real gateway on its way out: to an SMTP server of somebody else (aiosmtpd, with a mailbox), to a web server, to a modem on a
/// pseudo-terminal, into a folder, and to the vendor's own MQTT account (mosquitto_sub). Each gets what it should and nothing else, and none of what
/// was planted: names, case numbers, passwords, and the words of people.
/// </summary>
public sealed class FaultLeavesTheHouseTests : IDisposable
{
    private const string Canary = "canary";
    private const string Number = "+8613912345678";

    private static readonly string[] Secrets = ["hook", "device"];

    private readonly TempFolder _folder = new();
    private readonly Authority _authority = new();

    [Fact]
    public async Task Each_receiver_gets_its_fault_and_no_canary()
    {
        await using var web = await HttpReceiver.StartAsync(_authority.Sign("localhost"));
        var smtp = WriteServerKey(_authority);
        await using var mail = new ForeignProcess("aiosmtpd", "python3-aiosmtpd", "-n", "-d", "-l", $"127.0.0.1:{smtp}", "--tlscert", _folder.Sub("smtp.pem"), "--tlskey", _folder.Sub("smtp.key"), "-c", "aiosmtpd.handlers.Mailbox", _folder.Sub("maildir"));
        await using var modem = new ModemCourt();
        await using var court = await SimulatedCourt.StartAsync([new DeviceSetting("court-1", "matrix", "videohub")], TimeProvider.System);
        WriteSite(court.Devices[0].Link.Uri, web.Port, smtp, modem.Link.ToString());
        await mail.SaysAsync("Server is listening");
        await using var gateway = await GatewayProgram.RunAsync(_folder);
        var (host, port) = (gateway.Broker.Split(':')[0], gateway.Broker.Split(':')[1]);
        await using var vendor = Account("vendor-acme", await gateway.PasswordAsync("vendor-acme"));
        await using var other = Account("vendor-other", await gateway.PasswordAsync("vendor-other"));
        await vendor.SaysAsync("received SUBACK");
        await other.SaysAsync("received SUBACK");

        // As an engineer takes a call down, with everything that must stay in the house.
        await using var engineer = await gateway.ConnectAsync("engineer");
        var raised = await engineer.FinalAsync("$fault/do/raise", $$"""{"device":"court-1/matrix","what":"{{Canary}} case {{Canary}}-0815: no picture","reporter":"{{Canary}} Wang 13900000000","contact":"office"}""");
        Assert.True(raised.GetProperty("stat").GetInt32() == 200, raised.ToString());
        var fault = raised.GetProperty("fault").GetString()!;
        await AskAsync("note", $$"""{"text":"{{Canary}} judge Li waits"}""");
        await AskAsync("accept", "{}");
        await AskAsync("assign", $$"""{"to":"vendor:acme","text":"{{Canary}} asks for it"}""");

        // What each receiver gets, in its own form. Who reported it hears that it was taken up, and that somebody was sent is in the next message.
        await vendor.SaysAsync("\"step\":\"with-vendor\"");
        await Task.WhenAll(web.Arrived.Task.Soon(), mail.SaysAsync("<duty@court.example>"), modem.SubmittedAsync());
        await mail.SaysAsync("<office@court.example>");
        await UntilAsync(() => Directory.Exists(_folder.Sub("export")) && Directory.GetFiles(_folder.Sub("export"), "*.json").Length > 0 && modem.Arrived.Count > 0 && Mails().Count >= 2);
        await AskAsync("resolve", $$"""{"text":"{{Canary}} cable"}""");
        await AskAsync("close", $$"""{"word":"{{Canary}} is content"}""");
        await vendor.SaysAsync($"acme/{fault} (null)");

        var posted = Assert.Single(web.All);
        var body = JsonDocument.Parse(posted.Body).RootElement;
        Assert.Equal(("/hook", fault, $"{fault}.r1-1-1.web-desk.hook"), (posted.Path, body.GetProperty("fault").GetString(), body.GetProperty("key").GetString()));
        Assert.Equal(["duty@court.example", "office@court.example"], Mails().Select(m => m.Headers["X-RcptTo"]).Order(StringComparer.Ordinal));
        Assert.Contains(fault, Mails().Single(m => m.Headers["X-RcptTo"] == "duty@court.example").Subject, StringComparison.Ordinal);
        Assert.StartsWith(Number, Assert.Single(modem.Arrived), StringComparison.Ordinal);
        Assert.Contains(fault, modem.Arrived[0], StringComparison.Ordinal);

        // Its own branch and no other, whatever filter it asked for.
        var topics = vendor.Output.Split('\n').Where(l => l.StartsWith("avgw/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(topics);
        Assert.All(topics, t => Assert.StartsWith($"avgw/1/city/$escalation/acme/{fault} ", t, StringComparison.Ordinal));
        Assert.DoesNotContain(other.Output.Split('\n'), l => l.StartsWith("avgw/", StringComparison.Ordinal));

        var left = string.Join('\n',
        [
            Encoding.UTF8.GetString(posted.Body), string.Join('\n', posted.Headers), modem.Arrived[0], string.Join('\n', topics),
            .. Mails().Select(m => $"{m}\n{m.Subject}\n{m.TextBody}"), .. Directory.GetFiles(_folder.Sub("export")).Select(File.ReadAllText),
        ]);
        Assert.DoesNotContain(Canary, left, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("13900000000", left, StringComparison.Ordinal);
        Assert.DoesNotContain(await gateway.PasswordAsync("vendor-acme"), left, StringComparison.Ordinal);

        ForeignProcess Account(string user, string password) => new("stdbuf", "coreutils mosquitto-clients", "-oL", "mosquitto_sub", "-h", host, "-p", port, "-u", user, "-P", password, "-V", "5", "-t", "#", "-v", "-d", "-q", "1");
        async Task AskAsync(string verb, string arguments)
        {
            var answer = await engineer.FinalAsync($"$fault/{fault}/do/{verb}", arguments);
            Assert.True(answer.GetProperty("stat").GetInt32() == 200, answer.ToString());
        }
    }

    public void Dispose() => _folder.Dispose();

    private List<MimeKit.MimeMessage> Mails() =>
        Directory.Exists(_folder.Sub("maildir/new")) ? [.. Directory.GetFiles(_folder.Sub("maildir/new")).Select(f => MimeKit.MimeMessage.Load(f, Patience.Test))] : [];

    // A file appears when somebody else's program has written it: there is nothing to be told by.
    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var late = new CancellationTokenSource(Patience.Long);
        while (!isSo()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
    }

    private int WriteServerKey(Authority authority)
    {
        using var certificate = authority.Sign("localhost");
        File.WriteAllText(_folder.Sub("smtp.pem"), certificate.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        File.WriteAllText(_folder.Sub("smtp.key"), key.ExportPkcs8PrivateKeyPem());
        return ForeignProcess.FreePort();
    }

    private void WriteSite(string matrix, int web, int smtp, string modem)
    {
        File.WriteAllText(_folder.Sub("ca.pem"), _authority.Pem);
        foreach (var name in Secrets) File.WriteAllText(_folder.Sub(name + ".secret"), $"{Canary}-{name}\n");
        File.WriteAllText(_folder.Sub("docket.csv"), $"room,id,start,end\ncourt-1,{Canary}-case-0815,2026-11-29T09:00,2026-11-29T10:00\n");
        File.WriteAllText(_folder.Sub("site.json"), $$"""
            {
              "site": { "id": "city", "name": { "zh": "{{Canary}}法院", "en": "{{Canary}} Court" }, "zone": "Asia/Shanghai" },
              "rooms": [
                { "id": "court-1", "name": { "zh": "{{Canary}}庭", "en": "{{Canary}} Room" }, "devices": [
                  { "id": "matrix", "driver": "videohub", "link": "{{matrix}}", "vendor": "acme", "name": { "zh": "{{Canary}}机", "en": "{{Canary}} device" } },
                  { "id": "m", "driver": "pjlink", "link": "tcp://127.0.0.1:9", "secret": "file:device.secret", "enabled": false } ] }
              ],
              "docket": { "file": "docket.csv" },
              "vendors": [{ "id": "acme", "contact": "acme-desk", "contract": "2099-12-31" }, { "id": "other" }],
              "channels": [
                { "id": "folder", "kind": "folder", "path": "export" },
                { "id": "hook", "kind": "webhook", "url": "https://localhost:{{web}}/hook", "secret": "file:hook.secret", "ca": "ca.pem", "allow": ["127.0.0.1", "::1"] },
                { "id": "mail", "kind": "mail", "server": "localhost:{{smtp}}", "from": "avgw@court.example", "ca": "ca.pem" },
                { "id": "sms", "kind": "sms", "link": "{{modem}}" }
              ],
              "contacts": [
                { "id": "mailer", "name": { "zh": "{{Canary}}甲", "en": "{{Canary}} A" }, "reach": [{ "channel": "mail", "address": "duty@court.example" }] },
                { "id": "web-desk", "reach": [{ "channel": "hook" }] },
                { "id": "texter", "reach": [{ "channel": "sms", "address": "{{Number}}" }] },
                { "id": "acme-desk", "reach": [{ "channel": "folder" }] },
                { "id": "office", "reach": [{ "channel": "mail", "address": "office@court.example" }] }
              ],
              "escalation": [{ "id": "all", "wait": "0s", "rungs": [{ "to": ["contact:mailer", "contact:web-desk", "contact:texter", "party"] }] }]
            }
            """);
    }
}
