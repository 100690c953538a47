using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Operations.Access;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Access;

public sealed class CredentialsFileTests : IDisposable
{
    private const string Here = "127.0.0.1";
    private static readonly User Engineer = new("engineer", Role.Engineer, []);
    private static readonly User Panel = new("panel-court-1", Role.Panel, ["court-1"]);

    /// <summary>Real hashing costs a fifth of a second; one test looks at the real figure.</summary>
    private static readonly CredentialsPolicy Quick = new() { Iterations = 10, CostlyChecksPerAddress = 1_000 };

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-users-").FullName;
    private readonly VirtualClock _clock = new();
    private readonly List<string> _changed = [];

    private string FilePath => Path.Combine(_folder, "credentials.json");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void First_start_makes_users_whose_passwords_stand_in_a_file_for_its_owner_alone()
    {
        using var users = Open([Engineer, Panel]);

        var file = JsonNode.Parse(File.ReadAllText(FilePath))!["users"]!.AsArray();
        Assert.Equal(["engineer", "panel-court-1"], file.Select(u => (string)u!["name"]!));
        Assert.Equal(["engineer", "panel"], file.Select(u => (string)u!["role"]!));
        Assert.Equal("court-1", (string)file[1]!["rooms"]![0]!);
        var passwords = file.Select(u => (string)u!["password"]!).ToList();
        Assert.All(passwords, p => Assert.Equal(24, p.Length));
        Assert.NotEqual(passwords[0], passwords[1]);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", passwords[0], Here));
        Assert.Equal(SignIn.WrongPassword, users.Authenticate("engineer", passwords[1], Here));
        Assert.Equal(SignIn.UnknownUser, users.Authenticate("nobody", passwords[1], Here));
    }

    [Fact]
    public void A_second_start_keeps_the_users()
    {
        string password;
        using (Open([Engineer])) password = PasswordOf("engineer");
        using var again = Open([Engineer, Panel]);

        Assert.Equal(["engineer"], again.Users.Select(u => u.Name));
        Assert.Equal(SignIn.Accepted, again.Authenticate("engineer", password, Here));
    }

    [Fact]
    public async Task A_changed_user_keeps_the_password_and_a_token_keeps_the_name_of_its_thing()
    {
        using var users = Open([Engineer]);
        var token = await users.AddAsync(new("token-1", Role.Panel, ["court-1"]) { Device = "书记员席平板" }, null, Stop);
        var password = await users.AddAsync(new("anna", Role.Clerk, ["court-1"]), null, Stop);
        users.Changed += _changed.Add;

        await users.ChangeAsync(new("anna", Role.Auditor, []), Stop);

        Assert.Equal(["anna"], _changed);
        Assert.Equal(SignIn.Accepted, users.Authenticate("anna", password, Here));
        Assert.Equal(Role.Auditor, users.Find("anna")!.Role);
        Assert.Equal(0, users.Find("anna")!.Generation);
        Assert.DoesNotContain(token, File.ReadAllText(FilePath), StringComparison.Ordinal);
        using var again = Open([Engineer]);
        Assert.Equal("书记员席平板", again.Find("token-1")!.Device);
        Assert.Equal(SignIn.Accepted, again.Authenticate("token-1", token, Here));
        await Assert.ThrowsAsync<CredentialsException>(() => users.ChangeAsync(new("anna", Role.Clerk, []), Stop));
        await Assert.ThrowsAsync<CredentialsException>(() => users.ChangeAsync(new("nobody", Role.Auditor, []), Stop));
        await Assert.ThrowsAsync<CredentialsException>(() => users.AddAsync(new("token-2", Role.Panel, ["court-1", "court-2"]) { Device = "x" }, null, Stop));
        await Assert.ThrowsAsync<CredentialsException>(() => users.AddAsync(new("token-3", Role.Engineer, []) { Device = "x" }, null, Stop));
    }

    [Fact]
    public async Task Hashes_are_added_one_after_the_other_and_prove_the_password_when_it_is_taken_out()
    {
        using var users = Open([Engineer, Panel]);
        var password = PasswordOf("engineer");
        users.Changed += _changed.Add;

        await PassAsync(TimeSpan.FromSeconds(2));
        Assert.Single(Entries(), u => u!["hash"] is not null);
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.All(Entries(), u => Assert.StartsWith("pbkdf2-sha256$10$", (string)u!["hash"]!));

        Edit(u => u["password"] = null, "engineer");
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Empty(_changed);
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", password, Here));
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", password, Here));
        Assert.Equal(SignIn.WrongPassword, users.Authenticate("engineer", password + "x", Here));
    }

    [Fact]
    public async Task A_password_that_was_edited_while_the_gateway_was_off_does_not_leave_the_old_one_alive()
    {
        string old;
        using (var first = Open([Engineer]))
        {
            old = PasswordOf("engineer");
            await PassAsync(TimeSpan.FromSeconds(2));
        }

        Edit(u => u["password"] = "a-new-password", "engineer");
        using var users = Open([]);
        Assert.Equal(SignIn.WrongPassword, users.Authenticate("engineer", old, Here));
        await PassAsync(TimeSpan.FromSeconds(5));
        Edit(u => u["password"] = null, "engineer");
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(SignIn.WrongPassword, users.Authenticate("engineer", old, Here));
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", "a-new-password", Here));
    }

    [Fact]
    public async Task An_edit_is_noticed_within_a_second_and_says_whom_it_concerns()
    {
        using var users = Open([Engineer, Panel]);
        users.Changed += _changed.Add;
        var before = users.Find("panel-court-1")!;

        Edit(u => u["rooms"] = new JsonArray("court-2"), "panel-court-1");
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(["panel-court-1"], _changed);
        Assert.Equal(["court-2"], users.Find("panel-court-1")!.Rooms);
        Assert.Equal(before.Generation, users.Find("panel-court-1")!.Generation);
    }

    [Fact]
    public async Task A_new_password_begins_a_new_generation_and_ends_the_old_one()
    {
        using var users = Open([Engineer]);
        var old = PasswordOf("engineer");
        var before = users.Find("engineer")!.Generation;
        users.Changed += _changed.Add;

        var drawn = await users.SetPasswordAsync("engineer", null, Stop);

        Assert.Equal(["engineer"], _changed);
        Assert.Equal(before + 1, users.Find("engineer")!.Generation);
        Assert.Equal(SignIn.WrongPassword, users.Authenticate("engineer", old, Here));
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", drawn, Here));
        Assert.Null(Entries().Single()!["password"]);
        Assert.DoesNotContain(drawn, await File.ReadAllTextAsync(FilePath, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_are_added_and_removed_and_another_process_sees_it()
    {
        using var running = Open([Engineer]);
        running.Changed += _changed.Add;
        using var command = Open([]);

        var password = await command.AddAsync(Panel, "panel-password", Stop);
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(SignIn.Accepted, running.Authenticate("panel-court-1", password, Here));
        await command.RemoveAsync("panel-court-1", Stop);
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(["panel-court-1", "panel-court-1"], _changed);
        Assert.Equal(SignIn.UnknownUser, running.Authenticate("panel-court-1", password, Here));
    }

    [Fact]
    public async Task Nonsense_is_refused_and_changes_nothing()
    {
        using var users = Open([Engineer]);
        var before = await File.ReadAllTextAsync(FilePath, Stop);

        foreach (var user in new[]
        {
            Engineer, new("Engineer", Role.Engineer, []), new("a/b", Role.Admin, []), new("", Role.Admin, []), new(new string('a', 41), Role.Admin, []),
            new("p", Role.Panel, []), new("e", Role.Engineer, ["court-1"]), new("v", Role.Vendor, []), new("e", Role.Engineer, [], "acme"),
            new("p", Role.Panel, ["#"]), new("r", (Role)99, []),
        }) await Assert.ThrowsAsync<CredentialsException>(() => users.AddAsync(user, "long-enough", Stop));
        await Assert.ThrowsAsync<CredentialsException>(() => users.AddAsync(Panel, "short", Stop));
        await Assert.ThrowsAsync<CredentialsException>(() => users.RemoveAsync("nobody", Stop));
        await Assert.ThrowsAsync<CredentialsException>(() => users.SetPasswordAsync("nobody", null, Stop));
        await Assert.ThrowsAsync<CredentialsException>(() => users.RemoveAsync("engineer", Stop));

        Assert.Equal(before, await File.ReadAllTextAsync(FilePath, Stop));
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{", "JSON")]
    [InlineData("{}", "users")]
    [InlineData("""{"users":[]}""", "nobody could sign in")]
    [InlineData("""{"users":[{"name":"a","password":"12345678","role":"king"}]}""", "'king' is none of panel judge")]
    [InlineData("""{"users":[{"name":"a","role":"admin"}]}""", "neither password nor hash")]
    [InlineData("""{"users":[{"name":"a","password":"1","role":"admin"}]}""", "shorter than 8")]
    [InlineData("""{"users":[{"name":"a","hash":"md5$1$x$y","role":"admin"}]}""", "pbkdf2")]
    [InlineData("""{"users":[{"name":"a","password":"12345678","role":"admin","colour":"red"}]}""", "colour")]
    [InlineData("""{"users":[{"name":"a","password":"12345678","role":"panel"}]}""", "needs at least one")]
    [InlineData("""{"users":[{"name":"a","password":"12345678","role":"admin"},{"name":"a","password":"12345678","role":"admin"}]}""", "stands twice")]
    [InlineData("""{"users":[{"name":"#","password":"12345678","role":"admin"}]}""", "a-z 0-9 -")]
    public async Task A_file_that_cannot_be_used_stops_the_start_and_leaves_a_running_gateway_as_it_was(string content, string finding)
    {
        using var users = Open([Engineer]);
        var password = PasswordOf("engineer");
        users.Changed += _changed.Add;

        Write(content);
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Contains(finding, users.Problem, StringComparison.Ordinal);
        Assert.Contains("Remedy", users.Problem, StringComparison.Ordinal);
        Assert.Empty(_changed);
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", password, Here));
        Assert.Contains(finding, Assert.Throws<CredentialsException>(() => Open([Engineer])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_deleted_leaves_the_users_and_comes_back()
    {
        using var users = Open([Engineer]);
        var content = await File.ReadAllTextAsync(FilePath, Stop);
        var password = PasswordOf("engineer");

        File.Delete(FilePath);
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.NotNull(users.Problem);
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", password, Here));
        Write(content);
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Null(users.Problem);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead)]
    public void A_file_that_others_can_read_is_refused_with_the_command_that_mends_it(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are a matter of Unix");
        Open([Engineer]).Dispose();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(FilePath, mode);

        Assert.Contains($"chmod 600 '{FilePath}'", Assert.Throws<CredentialsException>(() => Open([Engineer])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_failures_lock_the_account_for_that_address_and_five_minutes()
    {
        using var users = Open([Engineer, Panel]);
        var password = PasswordOf("engineer");
        for (var i = 0; i < 5; i++) Assert.Equal(SignIn.WrongPassword, users.Authenticate("engineer", $"guess-{i}", Here));

        Assert.Equal(SignIn.LockedOut, users.Authenticate("engineer", password, Here));
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", password, "10.0.0.9"));
        Assert.Equal(SignIn.Accepted, users.Authenticate("panel-court-1", PasswordOf("panel-court-1"), Here));
        await PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", password, Here));
    }

    [Fact]
    public void A_success_clears_the_count_and_unknown_names_lock_as_known_ones_do()
    {
        using var users = Open([Engineer]);
        var password = PasswordOf("engineer");
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++) Assert.Equal(SignIn.WrongPassword, users.Authenticate("engineer", "guess", Here));
            Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", password, Here));
        }

        for (var i = 0; i < 5; i++) Assert.Equal(SignIn.UnknownUser, users.Authenticate("nobody", "guess", Here));
        Assert.Equal(SignIn.LockedOut, users.Authenticate("nobody", "guess", Here));
    }

    [Fact]
    public async Task Invented_names_use_up_the_patience_for_their_address_and_not_for_passwords_that_are_known()
    {
        using var users = Open([Engineer], Quick with { CostlyChecksPerAddress = 10 });
        for (var i = 0; i < 10; i++) Assert.Equal(SignIn.UnknownUser, users.Authenticate($"name-{i}", "guess", Here));

        Assert.Equal(SignIn.LockedOut, users.Authenticate("name-10", "guess", Here));
        Assert.Equal(SignIn.UnknownUser, users.Authenticate("name-10", "guess", "10.0.0.9"));
        Assert.Equal(SignIn.Accepted, users.Authenticate("engineer", PasswordOf("engineer"), Here));
        await PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(SignIn.UnknownUser, users.Authenticate("name-11", "guess", Here));
    }

    [Fact]
    public async Task An_account_ends_when_its_time_is_over()
    {
        using var users = Open([new("visitor", Role.Vendor, [], "acme") { Until = VirtualClock.Start + TimeSpan.FromHours(1) }]);
        var password = PasswordOf("visitor");

        Assert.Equal(SignIn.Accepted, users.Authenticate("visitor", password, Here));
        await PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(SignIn.Ended, users.Authenticate("visitor", password, Here));
        Assert.Equal(SignIn.WrongPassword, users.Authenticate("visitor", password + "x", Here));
    }

    [Fact]
    public async Task A_thousand_sign_ins_cost_one_hash_at_the_real_strength()
    {
        Assert.InRange(new CredentialsPolicy().Iterations, 600_000, int.MaxValue);
        using var users = Open([Engineer], new CredentialsPolicy());
        var password = await users.SetPasswordAsync("engineer", null, Stop);
        Assert.StartsWith("pbkdf2-sha256$600000$", (string)Entries().Single()!["hash"]!);

        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 1_000; i++) Assert.Equal(SignIn.Accepted, await users.AuthenticateAsync("engineer", password, Here, Stop));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Many_wrong_sign_ins_at_once_wait_their_turn_and_all_get_an_answer()
    {
        using var users = Open([Engineer], Quick with { CostlyChecksAtOnce = 1 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => users.AuthenticateAsync($"name-{i}", "guess", Here, Stop).AsTask()));

        Assert.All(answers, a => Assert.Equal(SignIn.UnknownUser, a));
    }

    [Fact]
    public async Task A_storm_of_one_wrong_password_is_checked_five_times_however_many_waited_for_their_turn()
    {
        using var users = Open([Engineer], Quick with { CostlyChecksAtOnce = 1 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => users.AuthenticateAsync("engineer", "guess", Here, Stop).AsTask()));

        Assert.Equal(5, answers.Count(a => a is SignIn.WrongPassword));
        Assert.Equal(95, answers.Count(a => a is SignIn.LockedOut));
    }

    [Fact]
    public void The_first_users_have_one_account_per_duty()
    {
        var users = FirstUsers.For(["court-1", "court-2"], ["acme"]);

        Assert.Equal(
            ["admin", "engineer", "scheduler", "auditor", "clerk-court-1", "panel-court-1", "clerk-court-2", "panel-court-2", "vendor-acme"],
            users.Select(u => u.Name));
        Open(users).Dispose();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CredentialsFile Open(IReadOnlyList<User> first, CredentialsPolicy? policy = null) =>
        CredentialsFile.Open(FilePath, first, policy ?? Quick, _clock, NullLogger<CredentialsFile>.Instance);

    private Task PassAsync(TimeSpan time) => _clock.PassAsync(time, () => Task.CompletedTask);

    private JsonArray Entries() => JsonNode.Parse(File.ReadAllText(FilePath))!["users"]!.AsArray();

    private string PasswordOf(string name) => (string)Entries().Single(u => (string)u!["name"]! == name)!["password"]!;

    private void Edit(Action<JsonObject> change, string name)
    {
        var users = Entries();
        var user = users.Single(u => (string)u!["name"]! == name)!.AsObject();
        change(user);
        foreach (var member in user.Where(m => m.Value is null).Select(m => m.Key).ToList()) user.Remove(member);
        Write(JsonSerializer.Serialize(new { users }));
    }

    /// <summary>Writes as an editor does, and makes sure that the time of the file differs on coarse file systems as well.</summary>
    private void Write(string content)
    {
        var existed = File.Exists(FilePath);
        var before = existed ? File.GetLastWriteTimeUtc(FilePath) : default;
        File.WriteAllText(FilePath, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (existed && File.GetLastWriteTimeUtc(FilePath) <= before) File.SetLastWriteTimeUtc(FilePath, before.AddMilliseconds(1));
    }
}
