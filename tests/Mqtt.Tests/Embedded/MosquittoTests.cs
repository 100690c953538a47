using System.ComponentModel;
using System.Diagnostics;
using AvGateway.Operations.Access;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

/// <summary>The broker as the tools of the trade see it: none of our code, none of the library's, on the other end.</summary>
public sealed class MosquittoTests
{
    private const string Request = Site + "/$req/panel-1/court-1/matrix/do/route";

    [Theory]
    [InlineData("mqttv5")]
    [InlineData("mqttv311")]
    public async Task A_subscriber_gets_states_and_changes(string version)
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/matrix/output-1", "1");
        rig.Publish("court-2/matrix/output-1", "1");
        using var tool = Sub(rig, FakeUsers.Panel1, "-V", version, "-q", "1", "-t", "#", "-C", "3", "-F", "%r %t %p");
        Assert.Equal($"1 {Site}/court-1/matrix/output-1 1", await tool.LineAsync());

        rig.Publish("court-1/matrix/output-1", "2");
        rig.Publish("court-1/matrix/$event/front-panel", "{}", retain: false);

        Assert.Equal($"0 {Site}/court-1/matrix/output-1 2", await tool.LineAsync());
        Assert.Equal($"0 {Site}/court-1/matrix/$event/front-panel {{}}", await tool.LineAsync());
        Assert.Equal(0, await tool.ExitAsync());
    }

    [Theory]
    [InlineData("mqttv5", "0")]
    [InlineData("mqttv5", "1")]
    [InlineData("mqttv5", "2")]
    [InlineData("mqttv311", "0")]
    [InlineData("mqttv311", "1")]
    [InlineData("mqttv311", "2")]
    public async Task A_request_is_published_without_a_client_id_of_ones_own(string version, string qos)
    {
        await using var rig = await StartAsync();
        using var tool = Pub(rig, FakeUsers.Panel1, "-V", version, "-q", qos, "-t", Request, "-m", "{\"id\":\"1\"}");

        Assert.Equal(0, await tool.ExitAsync());
        Assert.Equal("{\"id\":\"1\"}"u8.ToArray(), (await rig.Requests.Reader.ReadAsync(Stop).AsTask().WaitAsync(Patience, Stop)).Payload.ToArray());
    }

    [Fact]
    public async Task Response_topic_correlation_and_expiry_come_through()
    {
        await using var rig = await StartAsync();
        using var tool = Pub(rig, FakeUsers.Panel1, "-V", "5", "-q", "1", "-t", Request, "-m", "{}",
            "-D", "publish", "response-topic", $"{Site}/$rsp/panel-1/a", "-D", "publish", "correlation-data", "abc", "-D", "publish", "message-expiry-interval", "9");
        Assert.Equal(0, await tool.ExitAsync());

        var request = await rig.Requests.Reader.ReadAsync(Stop).AsTask().WaitAsync(Patience, Stop);
        Assert.Equal(($"{Site}/$rsp/panel-1/a", 9u), (request.ResponseTopic, request.ExpirySeconds));
        Assert.Equal("abc"u8.ToArray(), request.Correlation!.Value.ToArray());
    }

    [Theory]
    [InlineData("mqttv5")]
    [InlineData("mqttv311")]
    public async Task A_wrong_password_is_told_as_such(string version)
    {
        await using var rig = await StartAsync();
        using var tool = new Tool("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{rig.Port}", "-u", "panel-1", "-P", "wrong", "-V", version, "-t", "#");

        Assert.NotEqual(0, await tool.ExitAsync());
        Assert.Contains("bad user name", await tool.ErrorsAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("mqttv5", Site + "/court-2/#")]
    [InlineData("mqttv311", Site + "/court-2/#")]
    [InlineData("mqttv5", "$SYS/#")]
    [InlineData("mqttv5", "$share/g/" + Site + "/court-1/#")]
    public async Task A_subscription_outside_the_rights_is_told_as_denied(string version, string filter)
    {
        await using var rig = await StartAsync();
        using var tool = Sub(rig, FakeUsers.Panel1, "-V", version, "-t", filter);

        await tool.ExitAsync();
        Assert.Contains("denied", await tool.ErrorsAsync() + await tool.RestAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_refused_publication_is_told_with_its_reason(string qos)
    {
        await using var rig = await StartAsync();
        using var tool = Pub(rig, FakeUsers.Panel1, "-V", "5", "-q", qos, "-r", "-t", $"{Site}/court-1/matrix/output-1", "-m", "9");

        await tool.ExitAsync();
        Assert.Contains("ot authori", await tool.ErrorsAsync(), StringComparison.Ordinal);
        Assert.Empty(rig.Broker.Retained);
    }

    [Fact]
    public async Task An_old_tool_is_never_told_that_a_refused_publication_was_taken()
    {
        await using var rig = await StartAsync();
        using var tool = Pub(rig, FakeUsers.Panel1, "-V", "mqttv311", "-q", "1", "-d", "-t", $"{Site}/court-1/matrix/output-1", "-m", "9");

        Assert.NotEqual(0, await tool.ExitAsync());
        Assert.DoesNotContain("PUBACK", await tool.RestAsync(), StringComparison.Ordinal);
    }

    private static Tool Sub(BrokerRig rig, User user, params string[] arguments) => new("mosquitto_sub", [.. SignIn(rig, user), .. arguments]);

    private static Tool Pub(BrokerRig rig, User user, params string[] arguments) => new("mosquitto_pub", [.. SignIn(rig, user), .. arguments]);

    private static string[] SignIn(BrokerRig rig, User user) => ["-h", "127.0.0.1", "-p", $"{rig.Port}", "-u", user.Name, "-P", FakeUsers.PasswordOf(user.Name)];

    /// <summary>One run of a command line tool.</summary>
    private sealed class Tool : IDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _errors;

        public Tool(string name, params string[] arguments)
        {
            var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            try
            {
                _process = Process.Start(start)!;
            }
            catch (Win32Exception)
            {
                throw new InvalidOperationException($"{name} is not installed: apt-get install mosquitto-clients");
            }

            _errors = _process.StandardError.ReadToEndAsync(Stop);
        }

        public async Task<string?> LineAsync() => await _process.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(Patience, Stop);

        public Task<string> RestAsync() => _process.StandardOutput.ReadToEndAsync(Stop).WaitAsync(Patience, Stop);

        public Task<string> ErrorsAsync() => _errors.WaitAsync(Patience, Stop);

        public async Task<int> ExitAsync()
        {
            await _process.WaitForExitAsync(Stop).WaitAsync(Patience, Stop);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill();
        }
    }
}
