using System.Diagnostics;
using System.Net.Sockets;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Tests;

/// <summary>A question to a real MariaDB over TCP, with a password.</summary>
public sealed class MariaDbTests
{
    [Fact]
    public async Task A_server_answers_refuses_a_password_and_is_missed_when_it_is_gone()
    {
        var (server, install) = (Foreign.Find("mariadbd"), Foreign.Find("mariadb-install-db"));
        Assert.True(server is not null && install is not null, "no MariaDB server is installed; on Debian: sudo apt-get install mariadb-server-core");
        await using var folder = new Foreign();
        var (data, port) = (Path.Combine(folder.Folder, "data"), Foreign.FreePort(SocketType.Stream));
        string[] common = ["--no-defaults", "--innodb-flush-log-at-trx-commit=0", "--innodb-log-file-size=4M", "--innodb-doublewrite=0", $"--datadir={data}", $"--user={Environment.UserName}"];
        using (var made = Process.Start(new ProcessStartInfo(install, [.. common, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            var said = made.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await made.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(made.ExitCode == 0, await said);
        }

        var users = folder.Write("users.sql", "create user 'probe'@'127.0.0.1' identified by 'geheim';\ncreate database docket;\ncreate table docket.hearing (id int);\ninsert into docket.hearing values (1), (2), (3);\ngrant select on docket.* to 'probe'@'127.0.0.1';\n");
        folder.Start("mariadbd", "mariadb-server-core", [.. common, $"--port={port}", "--bind-address=127.0.0.1", $"--socket={Path.Combine(folder.Folder, "s")}", $"--pid-file={Path.Combine(folder.Folder, "pid")}", $"--init-file={users}", "--skip-name-resolve"]);
        await folder.SaysAsync("ready for connections");
        var target = $"mysql://probe@127.0.0.1:{port}/docket";

        var answered = await Look.AtAsync("sql", target, "geheim", options: ("query", "select count(*) from hearing"));
        answered.Is(ProbeOutcome.Seen);
        Assert.Equal(3, answered.Value("value"));
        (await Look.AtAsync("sql", target, "geheim", options: ("query", "select nonsense"))).Is(ProbeOutcome.Wrong);
        (await Look.AtAsync("sql", target, "geheim", options: ("query", "delete from hearing"))).Is(ProbeOutcome.Wrong);
        var refused = await Look.AtAsync("sql", target, "wrong");
        refused.Is(ProbeOutcome.Blind);
        Assert.Equal(ProbeQuality.Unknown, refused.Quality);
        (await Look.AtAsync("sql", $"mysql://probe@127.0.0.1:{port}/elsewhere", "geheim")).Is(ProbeOutcome.Blind);

        await folder.StopAsync();
        (await Look.AtAsync("sql", target, "geheim")).Is(ProbeOutcome.Silent);
    }
}
