using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests.Security;

/// <summary>Backups of a running and of a stopped gateway, and the way back.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-backup-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_backup_of_a_running_gateway_brings_back_what_was_and_the_record_stays_sound()
    {
        string backup;
        await using (var gateway = await GatewayProcess.DemoAsync(Data))
        {
            var url = $"http://admin@{gateway.Http.Authority}";
            var taken = await GatewayProcess.RunAsync([("AVGW_PASSWORD", gateway.PasswordOf("admin"))], "backup", "--url", url);
            Assert.True(taken.ExitCode == 0, taken.Error);
            backup = taken.Out.Trim();
            Assert.Equal(Path.Combine(Data, "backups"), Path.GetDirectoryName(backup));

            // Neither another role nor a wrong password, and no restore under a gateway that runs.
            Assert.Equal(1, (await GatewayProcess.RunAsync([("AVGW_PASSWORD", gateway.PasswordOf("engineer"))], "backup", "--url", $"http://engineer@{gateway.Http.Authority}")).ExitCode);
            Assert.Equal(1, (await GatewayProcess.RunAsync([("AVGW_PASSWORD", "guessed-it")], "backup", "--url", url)).ExitCode);
            var locked = await GatewayProcess.RunAsync("backup", "--data", Data);
            Assert.Equal(1, locked.ExitCode);
            Assert.Contains("--url", locked.Error, StringComparison.Ordinal);
            var under = await GatewayProcess.RunAsync("restore", "--data", Data, "--from", backup, "--force");
            Assert.Equal(1, under.ExitCode);
            Assert.Contains("stop it first", under.Error, StringComparison.Ordinal);
        }

        var refused = await GatewayProcess.RunAsync("restore", "--data", Data, "--from", backup);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);

        var restored = await GatewayProcess.RunAsync("restore", "--data", Data, "--from", backup, "--force");
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Contains("set-aside", restored.Error, StringComparison.Ordinal);
        await VerifiedAsync(Data);
        await using var again = await GatewayProcess.DemoAsync(Data);
    }

    [Fact]
    public async Task A_stopped_gateway_is_backed_up_and_restored_elsewhere_and_a_damaged_backup_is_refused()
    {
        await using (await GatewayProcess.DemoAsync(Data)) { }
        var taken = await GatewayProcess.RunAsync("backup", "--data", Data, "--out", Path.Combine(_folder, "safe"));
        Assert.True(taken.ExitCode == 0, taken.Error);
        var backup = taken.Out.Trim();

        var elsewhere = Path.Combine(_folder, "elsewhere");
        var restored = await GatewayProcess.RunAsync("restore", "--data", elsewhere, "--from", backup);
        Assert.True(restored.ExitCode == 0, restored.Error);
        await VerifiedAsync(elsewhere);

        var journal = Path.Combine(backup, "journal.db");
        var bytes = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes, TestContext.Current.CancellationToken);
        var damaged = await GatewayProcess.RunAsync("restore", "--data", Path.Combine(_folder, "third"), "--from", backup);
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("not the file that was backed up", damaged.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, "backup")]
    [InlineData(64, "backup", "--data", "/no/such/place", "--url", "http://admin@127.0.0.1:1")]
    [InlineData(64, "backup", "--url", "http://127.0.0.1:1")]
    [InlineData(1, "backup", "--url", "http://admin@127.0.0.1:1")]
    [InlineData(1, "backup", "--data", "/no/such/place")]
    [InlineData(64, "restore", "--data", "/no/such/place")]
    [InlineData(1, "restore", "--data", "/tmp", "--from", "/no/such/place")]
    public async Task What_cannot_be_done_ends_with_the_contracts_code(int expected, params string[] words)
    {
        var (code, _, error) = await GatewayProcess.RunAsync(words);
        Assert.True(code == expected, $"exit {code}: {error}");
        Assert.NotEqual("", error);
    }

    private static async Task VerifiedAsync(string data)
    {
        var verified = await GatewayProcess.RunAsync("journal", "verify", "--data", data);
        Assert.True(verified.ExitCode == 0, verified.Out);
    }
}
