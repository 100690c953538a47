using System.Text;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Channels.Tests;

/// <summary>
/// The real program with a site in which canaries are planted: names, case numbers and passwords. An engineer tries every channel; each far end
/// is a real one, gets what it should and nothing else, and no canary is anywhere.
/// </summary>
public sealed class WholeGatewayTests : IDisposable
{
    private const string Canary = "canary";
    private const string Number = "+8613912345678";

    private static readonly string[] Secrets = ["hook", "token", "mail", "device"];

    private readonly TempFolder _folder = new();
    private readonly Authority _authority = new();

    [Fact]
    public async Task Every_channel_of_a_site_is_tried_and_no_canary_leaves_the_house()
    {
        await using var web = await HttpReceiver.StartAsync(_authority.Sign("localhost"));
        await using var mail = new SmtpReceiver(_authority.Sign("localhost")) { Password = $"{Canary}-mail" };
        await using var modem = new ModemCourt();
        await using var phone = await Baresip.StartAsync();
        await using var court = new SimulatedCourt(TimeProvider.System);
        var relay = court.Add(new("duty", "relay", "serial-power") { Link = Simulator.Devices.Wires.LinkKind.Tcp });
        WriteSite(web.Port, mail.Port, modem.Link.ToString(), phone.Port, relay.Link.Uri);
        await using var gateway = await GatewayProgram.RunAsync(_folder);

        // The second word of a line is the address; the relay's device has first to be seen.
        foreach (var line in (string[])["folder", "hook", "mail duty@court.example", $"sms {Number}", "call 8001", "buzzer"])
            await TrialAsync(gateway, line.Split(' '), expected: 0);
        await TrialAsync(gateway, ["sms", "nobody"], expected: 1);
        await TrialAsync(gateway, ["fax"], expected: 1);
        await TrialAsync(gateway, ["folder"], expected: 1, user: "scheduler");

        Assert.True((bool)relay.Device.State()["outlets"]![0]!);
        var arrived = string.Join('\n',
        [
            Encoding.UTF8.GetString(Assert.Single(web.All).Body), Decoded(Assert.Single(mail.Messages)), Assert.Single(modem.Arrived), phone.Output,
            .. Directory.GetFiles(_folder.Sub("export")).Select(File.ReadAllText),
        ]);
        Assert.Equal(5, arrived.Split("试发：city").Length - 1);
        Assert.DoesNotContain(Canary, arrived, StringComparison.OrdinalIgnoreCase);

        // Nobody holds a file any more: everything that was written can be read. Names may stand there, passwords and the number may not.
        await gateway.StopAsync();
        var written = Directory.GetFiles(_folder.Sub("data"), "*", SearchOption.AllDirectories).Select(f => (File: f, Text: File.ReadAllText(f))).ToList();
        Assert.All(written, w => Assert.DoesNotContain(Secrets, name => w.Text.Contains($"{Canary}-{name}", StringComparison.OrdinalIgnoreCase)));
        Assert.All(written, w => Assert.False(w.Text.Contains("13912345678", StringComparison.Ordinal), $"{w.File}: {Around(w.Text, "13912345678")}"));
        Assert.DoesNotContain(Canary, gateway.Said, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task TrialAsync(GatewayProgram gateway, string[] channel, int expected, string user = "engineer")
    {
        var (code, output) = await gateway.CtlAsync(user, ["channel", "test", .. channel]);
        Assert.True(code == expected, $"{string.Join(' ', channel)}: {output}{gateway.Said}");
        Assert.DoesNotContain(Canary, output, StringComparison.OrdinalIgnoreCase);
    }

    private static string Around(string text, string word) =>
        text.IndexOf(word, StringComparison.Ordinal) is >= 0 and var at ? text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 100)] : "";

    private static string Decoded(string raw)
    {
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(raw));
        var message = MimeKit.MimeMessage.Load(stream, Patience.Test);
        return $"{raw}\n{message.Subject}\n{message.TextBody}";
    }

    private void WriteSite(int web, int mail, string modem, int phone, string relay)
    {
        File.WriteAllText(_folder.Sub("ca.pem"), _authority.Pem);
        foreach (var name in Secrets) File.WriteAllText(_folder.Sub(name + ".secret"), $"{Canary}-{name}\n");
        File.WriteAllText(_folder.Sub("docket.csv"), $"room,id,start,end\ncourt-1,{Canary}-case-0815,2026-11-29T09:00,2026-11-29T10:00\n");
        File.WriteAllText(_folder.Sub("site.json"), $$"""
            {
              "site": { "id": "city", "name": { "zh": "{{Canary}}法院", "en": "{{Canary}} Court" }, "zone": "Asia/Shanghai" },
              "rooms": [
                { "id": "court-1", "name": { "zh": "{{Canary}}庭", "en": "{{Canary}} Room" }, "devices": [
                  { "id": "m", "driver": "pjlink", "link": "tcp://127.0.0.1:9", "secret": "file:device.secret", "name": { "zh": "{{Canary}}机", "en": "{{Canary}} device" } } ] },
                { "id": "duty", "devices": [ { "id": "relay", "driver": "serial-power", "link": "{{relay}}" } ] }
              ],
              "docket": { "file": "docket.csv" },
              "channels": [
                { "id": "folder", "kind": "folder", "path": "export" },
                { "id": "hook", "kind": "webhook", "url": "https://localhost:{{web}}/hook", "secret": "file:hook.secret", "token": "file:token.secret", "ca": "ca.pem", "allow": ["127.0.0.1", "::1"] },
                { "id": "mail", "kind": "mail", "server": "localhost:{{mail}}", "from": "avgw@court.example", "user": "avgw", "secret": "file:mail.secret", "ca": "ca.pem" },
                { "id": "sms", "kind": "sms", "link": "{{modem}}" },
                { "id": "call", "kind": "call", "link": "sip:avgw@{{Baresip.Address}}:{{phone}}", "talkFor": "1s" },
                { "id": "buzzer", "kind": "relay", "device": "duty/relay", "outlet": 1, "onFor": "1h" }
              ]
            }
            """);
    }
}
