using System.Text;
using System.Threading.Channels;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>
/// Devices that the demo's courtrooms have not: an audio processor and a camera that turns. What the gateway would tell of them is put upon the page's
/// wire, and what the page asks is read from it.
/// </summary>
[Collection(nameof(PanelCourt))]
public sealed class RoomDeviceTests(PanelCourt court)
{
    private const string Audio = """
        {"class":"audio","driver":"any","name":{"zh":"音频处理器","en":"Audio processor"},"properties":[],"verbs":[
          {"name":"mute","title":{"zh":"静音","en":"Mute"},"disturbing":true,"schema":{"properties":{"channel":{"type":"integer"}}}},
          {"name":"unmute","title":{"zh":"取消静音","en":"Open"},"disturbing":true,"schema":{"properties":{"channel":{"type":"integer"}}}},
          {"name":"level","title":{"zh":"电平","en":"Level"},"disturbing":true,"schema":{"properties":{"channel":{"type":"integer"},"db":{"type":"number","minimum":-60,"maximum":0}}}}]}
        """;

    private const string Camera = """
        {"class":"camera","driver":"any","name":{"zh":"法官摄像机","en":"Judge's camera"},"properties":[],"verbs":[
          {"name":"preset-recall","title":{"zh":"调用","en":"Recall"},"disturbing":true,"schema":{"properties":{"n":{"type":"integer"}}}},
          {"name":"move","title":{"zh":"转动","en":"Turn"},"disturbing":true,"schema":{"properties":{}}}]}
        """;

    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToBeEnabledOptions Enabled = new() { Timeout = 60_000 };

    [Fact]
    public async Task Each_channel_shows_whether_it_is_muted_and_how_loud_and_is_muted_and_turned_down_by_touch()
    {
        var (page, wire) = await OpenAsync();
        wire.Tell("dsp/$desc", Audio);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("muted-1", "false"), ("muted-2", "true"), ("level-1", "-10"), ("level-2", "0")])
            wire.Tell($"dsp/{name}", $$"""{"v":{{value}},"ts":"2026-11-30T01:00:00.000Z","q":"good","src":"push","seq":1}""");

        var (one, two) = (page.Locator("[data-channel='1']"), page.Locator("[data-channel='2']"));
        await Expect(one).ToContainTextAsync("● open", Soon);
        await Expect(one).ToContainTextAsync("-10 dB", Soon);
        await Expect(two).ToContainTextAsync("■ muted", Soon);
        Assert.Empty(await page.SmallTargetsAsync(64));
        Assert.Empty(await page.BarriersAsync());

        await page.TouchAsync("[data-channel='1'] av-hold-button[data-do='mute']");
        await wire.AskedAsync("dsp/do/mute", """{"args":{"channel":1}}""");
        await page.TouchAsync("[data-channel='2'] av-hold-button[data-do='mute']");
        await wire.AskedAsync("dsp/do/unmute", """{"args":{"channel":2}}""");
        await page.TouchAsync("[data-channel='1'] av-hold-button[data-do='softer']");
        await wire.AskedAsync("dsp/do/level", """{"args":{"channel":1,"db":-13}}""");

        // Nothing above what the device can do, and nothing that is reckoned from what nobody sees now.
        await Expect(two.Locator("[data-do='louder'] button")).ToBeDisabledAsync();
        wire.Tell("dsp/muted-1", """{"v":false,"ts":"2026-11-30T01:00:00.000Z","q":"stale","src":"push","seq":2}""");
        await Expect(one).ToContainTextAsync("? unknown", Soon);
        await Expect(one.Locator("[data-do='mute'] button")).ToBeDisabledAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_camera_turns_while_a_key_is_held_and_is_told_to_stop_when_the_finger_is_gone()
    {
        var (page, wire) = await OpenAsync();
        wire.Tell("camera/$desc", Camera);
        var right = page.Locator("av-camera-pad button[data-way='right']");
        await Expect(right).ToBeEnabledAsync(Enabled);
        Assert.Empty(await page.SmallTargetsAsync(64));

        await right.HoverAsync();
        await page.Mouse.DownAsync();
        await wire.AskedAsync("camera/do/move", """{"args":{"pan":40}}""", 3);
        await page.Mouse.UpAsync();
        await wire.AskedAsync("camera/do/move", """{"args":{}}""");

        await page.TouchAsync("[data-camera='court-2/camera'] av-hold-button[data-preset='2']");
        await wire.AskedAsync("camera/do/preset-recall", """{"args":{"n":2}}""");
        await page.Context.CloseAsync();
    }

    private async Task<(IPage Page, Wire Wire)> OpenAsync()
    {
        var page = await court.PageAsync("en");
        var wire = new Wire($"avgw/1/{court.Gateway.Site}/court-2/");
        await page.RouteWebSocketAsync("**/mqtt", wire.Take);
        await court.SignInAsync(page, "/panel/court-2", "clerk-court-2");
        await Expect(page.Locator("av-hold-button[data-scene='open'] button")).ToBeEnabledAsync(Enabled);
        return (page, wire);
    }

    /// <summary>The page's line to the broker, with somebody in between.</summary>
    private sealed class Wire(string room)
    {
        private const byte Publish = 0x30;
        private readonly Channel<string> _asked = Channel.CreateBounded<string>(10_000);
        private readonly List<string> _heard = [];
        private IWebSocketRoute? _page;

        public void Take(IWebSocketRoute page)
        {
            _page = page;
            var broker = page.ConnectToServer();
            page.OnMessage(frame =>
            {
                _asked.Writer.TryWrite(Encoding.UTF8.GetString(frame.Binary!));
                broker.Send(frame.Binary!);
            });
            broker.OnMessage(frame => page.Send(frame.Binary!));
        }

        public void Tell(string tail, string payload)
        {
            var topic = Encoding.UTF8.GetBytes(room + tail);
            var body = Encoding.UTF8.GetBytes(payload);
            List<byte> packet = [Publish];
            for (var left = 2 + topic.Length + 1 + body.Length; ; left >>= 7)
            {
                packet.Add((byte)((left & 0x7f) | (left > 0x7f ? 0x80 : 0)));
                if (left <= 0x7f) break;
            }

            packet.AddRange([(byte)(topic.Length >> 8), (byte)topic.Length, .. topic, 0, .. body]);
            _page!.Send([.. packet]);
        }

        public async Task AskedAsync(string target, string payload, int times = 1)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            while (_heard.Count(f => f.Contains(target, StringComparison.Ordinal) && f.Contains(payload, StringComparison.Ordinal)) < times)
                _heard.Add(await _asked.Reader.ReadAsync(patience.Token));
        }
    }
}
