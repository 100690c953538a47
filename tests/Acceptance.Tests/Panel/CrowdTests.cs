using System.Text.Json;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Testing.Panels;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>A hundred panels of one courtroom during a hearing. The figures are the bench's; here each of them hears everything, and none late beyond reason.</summary>
public sealed class CrowdTests
{
    private const int Panels = 100;
    private const string Password = "only-for-a-test-on-loopback";

    // A machine that does other things at the same time; on a quiet one it is a hundredth of that (gateway/docs/performance.md).
    private const double Reason = 5_000;

    [Fact]
    public async Task A_hundred_panels_hear_of_every_change_of_a_hearing()
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("avgw-crowd-");
        var credentials = Path.Combine(folder.FullName, "credentials.json");
        var users = Enumerable.Range(1, Panels).Select(i => new { name = $"panel-{i}", password = Password, role = "panel", rooms = (string[])["court-1"] });
        await File.WriteAllTextAsync(credentials, JsonSerializer.Serialize(new { users }), stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(credentials, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var gateway = await GatewayProcess.DemoAsync(folder.FullName))
        {
            await using var crowd = new PanelCrowd(gateway.Http, gateway.Site, "court-1", TimeProvider.System);
            for (var i = 1; i <= Panels; i++) await crowd.AddAsync($"panel-{i}", Password, stop);

            var (figures, ends) = await crowd.RunAsync("panel-1", ["open", "recess", "close"], stop);

            Assert.All(ends, end => Assert.True(end is 200 or 207, $"a scene ended with {end}"));
            Assert.True(figures.Received >= 10 * Panels, $"only {figures.Received} changes were received by {Panels} panels");
            Assert.True(figures.P95 < Reason, $"{figures}");
        }

        folder.Delete(recursive: true);
    }
}
