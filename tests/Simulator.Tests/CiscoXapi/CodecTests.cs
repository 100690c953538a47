using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.CiscoXapi;

/// <summary>What the transcripts do not show: several sessions, limits, time that passes, and what codecs do wrong.</summary>
public sealed class CodecTests
{
    private const string Ok = "\r\nOK\r\n";
    private const string Done = "** end\r\n\r\nOK\r\n";

    [Fact]
    public void A_change_by_one_session_is_told_to_every_session_that_asked_in_its_own_mode()
    {
        using var bench = new Bench("cisco-xapi");
        var terminal = Shell(bench, "xFeedback register /Status/Audio");
        var json = Shell(bench, "xFeedback register /Status/Audio/Volume", "xPreferences outputmode json");
        var silent = Shell(bench);

        Assert.Equal(
            "OK\r\n*r VolumeSetResult (status=OK):\r\n** end\r\n*s Audio Volume: 60\r\n** end\r\n",
            terminal.Ask("xCommand Audio Volume Set Level: 60\r\n"));
        Assert.Equal("60", (string?)JsonNode.Parse(json.Take())!["Status"]!["Audio"]!["Volume"]!["Value"]);
        Assert.Equal("", silent.Take());
        Assert.Null(bench.Press("volume", """{"level":61}"""));
        Assert.Equal("*s Audio Volume: 61\r\n** end\r\n", terminal.Take());
        Assert.Equal("OK\r\n*r VolumeMuteResult (status=OK):\r\n** end\r\n", silent.Ask("xCommand Audio Volume Mute\n"));
        Assert.Equal("*s Audio VolumeMute: On\r\n** end\r\n", terminal.Take());
    }

    [Fact]
    public void Echo_mode_and_registrations_are_lost_with_a_connection_and_kept_on_a_line()
    {
        using var bench = new Bench("cisco-xapi");
        Shell(bench, "xFeedback register /Status/Audio").Leave();
        var again = bench.Connect();
        again.Take();
        Assert.Equal("xFeedback list\r\n** end\r\n\r\nOK\r\n", again.Ask("xFeedback list\n"));

        var line = bench.Connect(LinkKind.Serial);
        line.Ask("echo off\rxFeedback register /Status/Audio\r");
        Assert.Equal("/Status/Audio\r\n" + Done, line.Ask("xFeedback list\r"));
        Assert.Null(bench.Press("power-cycle"));
        bench.Pass("1m");
        Assert.EndsWith("*r Login successful\r\n\r\nOK\r\n\r\n", line.Take(), StringComparison.Ordinal);
        Assert.Equal("xFeedback list\r\n" + Done, line.Ask("xFeedback list\r"));
    }

    [Fact]
    public void Login_is_asked_of_every_connection_when_there_is_a_password()
    {
        using var bench = new Bench("cisco-xapi", user: "admin", password: "secret");
        bench.Switch("last-login", "true");
        bench.Switch("banner-text", "\"Authorised persons only.\"");
        var client = bench.Connect();

        Assert.Equal("Authorised persons only.\r\n\r\nlogin: ", client.Take());
        Assert.Equal("xStatus\r\nPassword: ", client.Ask("xStatus\r\n"));
        Assert.Equal("\r\nLogin incorrect\r\n\r\nlogin: ", client.Ask("\r\n"));
        client.Ask("admin\r\n");
        var welcome = client.Ask("secret\r\n");
        Assert.Contains("*r Login successful\r\n\r\nOK\r\n\r\nLast login from ", welcome, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Device.Trace.Since(0), frame => frame.Text.Contains("secret", StringComparison.Ordinal));

        bench.Switch("rejects-login", "true");
        var late = bench.Connect();
        late.Ask("admin\r\n");
        Assert.Contains("Login incorrect", late.Ask("secret\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_welcome_can_be_bare()
    {
        using var bench = new Bench("cisco-xapi");
        Shell(bench).Ask("xConfiguration NetworkServices WelcomeText: Off\n");

        Assert.Equal("*r Login successful\r\n\r\nOK\r\n\r\n", bench.Connect().Take());
    }

    [Fact]
    public void Registrations_have_a_cap()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench);
        for (var i = 0; i < 38; i++) Assert.Equal(Done, client.Ask($"xFeedback register /Status/Cameras/Camera[{i}]\n"));

        Assert.Contains("(status=Error)", client.Ask("xFeedback register /Status/Audio\n"), StringComparison.Ordinal);
        Assert.Equal(Done, client.Ask("xFeedback deregisterall\n"));
        Assert.Equal(Done, client.Ask("xFeedback register /Status/Audio\n"));
        Assert.Equal(Done, client.Ask("xFeedback deregister /Status/Audio\n"));
        Assert.Equal(Done, client.Ask("xFeedback list\n"));
    }

    [Fact]
    public void Registrations_may_vanish_silently()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench, "xFeedback register /Status/Audio");
        bench.Switch("forgets-feedback", "true");
        Assert.Null(bench.Press("volume", """{"level":1}"""));
        Assert.Equal(Done, client.Ask("xFeedback register /Status/Audio\nxFeedback list\n")[Done.Length..]);

        bench.Switch("forgets-feedback", "false");
        Assert.Equal(Done, client.Ask("xFeedback register /Status/Audio\n"));
        Assert.Null(bench.Press("volume", """{"level":2}"""));
        Assert.Equal("*s Audio Volume: 2\r\n** end\r\n", client.Take());
    }

    [Theory]
    [InlineData("busy", "RemoteBusy", "486")]
    [InlineData("rejects", "RemoteRejected", "603")]
    [InlineData("no-answer", "RemoteNoAnswer", "408")]
    [InlineData("unknown", "UnknownRemoteSite", "404")]
    [InlineData("unreachable", "NetworkRejected", "503")]
    public void A_call_that_is_not_taken_ends_with_its_cause(string farEnd, string cause, string code)
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("far-end", $"\"{farEnd}\"");
        var client = Shell(bench, "xFeedback register /Event/CallDisconnect");
        client.Ask("xCommand Dial Number: 8001\n");
        bench.Pass("2m");

        var told = client.Take();
        Assert.Contains($"CauseType: \"{cause}\"\r\n", told, StringComparison.Ordinal);
        Assert.Contains($"CauseCode: {code}\r\n", told, StringComparison.Ordinal);
        Assert.Equal("[]", bench.State("calls").ToJsonString());
    }

    [Fact]
    public void Call_numbers_only_grow_and_there_are_five_calls_at_most()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench);
        for (var i = 1; i <= 5; i++) Assert.Contains($"CallId: {i}\r\n", client.Ask("xCommand Dial Number: a\n"), StringComparison.Ordinal);
        Assert.Contains("status=Error", client.Ask("xCommand Dial Number: a\n"), StringComparison.Ordinal);
        client.Ask("xCommand Call DisconnectAll\n");
        bench.Pass("1s");

        Assert.Contains("CallId: 6\r\n", client.Ask("xCommand Dial Number: a\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_is_held_and_resumed_and_its_duration_runs()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench);
        client.Ask("xCommand Dial Number: a\n");
        Assert.Contains("status=Error", client.Ask("xCommand Call Hold CallId: 1\n"), StringComparison.Ordinal);
        bench.Pass("30600ms");

        Assert.Contains("status=OK", client.Ask("xCommand Call Hold CallId: 1\n"), StringComparison.Ordinal);
        Assert.StartsWith("*s Call 1 Status: OnHold\r\n", client.Ask("xStatus Call 1 Status\n"), StringComparison.Ordinal);
        Assert.StartsWith("*s Call 1 Duration: 30\r\n", client.Ask("xStatus Call[1]/Duration\n"), StringComparison.Ordinal);
        Assert.Contains("status=OK", client.Ask("xCommand Call Resume CallId: 1\n"), StringComparison.Ordinal);
        Assert.Contains("Reason: \"Call not found\"", client.Ask("xCommand Call Disconnect CallId: 9\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_and_jitter_show_in_the_channels_of_a_call()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("packet-loss", "10");
        bench.Switch("jitter", "45");
        var client = Shell(bench);
        client.Ask("xCommand Dial Number: a\n");
        bench.Pass("10600ms");

        var channels = client.Ask("xStatus MediaChannels Call 1\n");
        Assert.Contains("*s MediaChannels Call 1 Channel 4 Netstat Jitter: 45\r\n", channels, StringComparison.Ordinal);
        Assert.Contains("*s MediaChannels Call 1 Channel 4 Netstat Loss: 180\r\n", channels, StringComparison.Ordinal);
        Assert.Contains("*s MediaChannels Call 1 Channel 4 Netstat Packets: 1620\r\n", channels, StringComparison.Ordinal);
    }

    [Fact]
    public void An_incoming_call_wakes_rings_and_can_be_rejected_ignored_or_left_to_ring_out()
    {
        using var bench = new Bench("cisco-xapi");
        Assert.Null(bench.Press("standby", """{"on":true}"""));
        bench.Pass("1s");
        var client = Shell(bench, "xFeedback register /Event");
        Assert.Null(bench.Press("incoming-call", """{"uri":"a@b"}"""));

        Assert.Equal("Off", (string?)bench.State("standby"));
        Assert.StartsWith("*e IncomingCallIndication RemoteURI: \"a@b\"\r\n", client.Take(), StringComparison.Ordinal);
        Assert.Contains("status=OK", client.Ask("xCommand Call Reject\n"), StringComparison.Ordinal);
        bench.Pass("1s");
        Assert.Contains("CauseType: \"LocalReject\"", client.Take(), StringComparison.Ordinal);

        Assert.Null(bench.Press("incoming-call", """{"uri":"a@b"}"""));
        client.Ask("xCommand Call Ignore CallId: 2\n");
        Assert.StartsWith("*s Call 2 AnswerState: Ignored\r\n", client.Ask("xStatus Call 2 AnswerState\n"), StringComparison.Ordinal);
        bench.Pass("2m");
        Assert.Contains("CauseType: \"RemoteDisconnect\"", client.Take(), StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_answer_takes_a_call_by_itself()
    {
        using var bench = new Bench("cisco-xapi");
        Shell(bench).Ask("xConfiguration Conference AutoAnswer Mode: on\n");
        Assert.Null(bench.Press("incoming-call", """{"uri":"a@b","name":"A"}"""));
        bench.Pass("1s");

        Assert.Equal("Connected", (string?)bench.State("calls.0.status"));
    }

    [Fact]
    public void A_peripheral_that_gives_no_sign_of_life_is_listed_as_disconnected()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench);
        client.Ask("xCommand Peripherals Connect ID: \"gw-01\" Name: \"AvGateway\" Type: ControlSystem\n");
        Assert.Contains("status=OK", client.Ask("xCommand Peripherals HeartBeat ID: \"gw-01\" Timeout: 35\n"), StringComparison.Ordinal);
        bench.Pass("34s");
        Assert.Equal("gw-01 Connected", (string?)bench.State("peripherals.0"));
        bench.Pass("1s");

        Assert.Equal("gw-01 Disconnected", (string?)bench.State("peripherals.0"));
        Assert.Contains("status=Error", client.Ask("xCommand Peripherals HeartBeat ID: \"other\"\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_in_a_call_does_not_go_to_sleep()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench);
        client.Ask("xCommand Dial Number: a\n");

        Assert.Contains("status=Error", client.Ask("xCommand Standby Activate\n"), StringComparison.Ordinal);
        Assert.Equal("Off", (string?)bench.State("standby"));
    }

    [Fact]
    public void Too_hot_is_a_message_and_then_a_shut_down_of_its_own()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench, "xFeedback register /Status/Diagnostics");
        bench.Switch("temperature", "86");

        Assert.Contains("*s Diagnostics Message 2 Level: Critical\r\n", client.Take(), StringComparison.Ordinal);
        bench.Pass("29s");
        Assert.False(client.Closed);
        bench.Pass("1s");
        Assert.True(client.Closed);
        Assert.False(bench.Device.Powered);

        bench.Switch("temperature", "40");
        Assert.Null(bench.Press("power-on"));
        bench.Pass("1m");
        Assert.StartsWith(
            "*s SystemUnit LastShutdownReason: \"Temperature\"\r\n", Shell(bench).Ask("xStatus SystemUnit LastShutdownReason\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Boot_answers_says_good_bye_and_comes_back()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench, "xFeedback register /Event/BootEvent");

        Assert.Equal(
            "OK\r\n*r SystemUnitBootResult (status=OK):\r\n** end\r\n*e BootEvent Action: Restart\r\n** end\r\n",
            client.Ask("xCommand SystemUnit Boot\n"));
        Assert.True(client.Closed);
        Assert.False(client.Aborted);
        bench.Pass("1m");
        Assert.True(bench.Device.AcceptsConnections);
        Shell(bench).Ask("xCommand SystemUnit Boot Action: Shutdown\n");
        bench.Pass("1h");
        Assert.False(bench.Device.AcceptsConnections);
    }

    [Fact]
    public void A_presentation_needs_a_call_to_be_sent()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench, "xFeedback register /Event/PresentationPreviewStarted");
        Assert.Contains(
            "*e PresentationPreviewStarted LocalSource: 2\r\n", client.Ask("xCommand Presentation Start PresentationSource: 2\n"),
            StringComparison.Ordinal);
        Assert.Equal("Off", (string?)bench.State("presentation"));
        client.Ask("xCommand Presentation Stop\nxCommand Dial Number: a\n");
        bench.Pass("1s");
        client.Ask("xCommand Presentation Start PresentationSource: 2 SendingMode: LocalRemote\n");

        Assert.Equal("Sending", (string?)bench.State("presentation"));
    }

    [Fact]
    public void Camera_presets_are_stored_and_recalled()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench);
        client.Ask("xCommand Camera PositionSet CameraId: 1 Pan: 700 Tilt: -30 Zoom: 4000\n");
        Assert.Contains("PresetId: 1\r\n", client.Ask("xCommand Camera Preset Store CameraId: 1\n"), StringComparison.Ordinal);
        client.Ask("xCommand Camera Ramp CameraId: 1 Pan: Left PanSpeed: 5\n");
        Assert.StartsWith(
            "*s Cameras Camera 1 Position Pan: 450\r\n", client.Ask("xStatus Cameras Camera 1 Position Pan\n"), StringComparison.Ordinal);

        Assert.Contains(
            "PresetActivateResult (status=OK)", client.Ask("xCommand Camera Preset Activate PresetId: 1\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "*s Cameras Camera 1 Position Pan: 700\r\n", client.Ask("xStatus Cameras Camera 1 Position Pan\n"), StringComparison.Ordinal);
        Assert.Contains("Preset not found", client.Ask("xCommand Camera Preset Activate PresetId: 9\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xCommand Video Input SetMainVideoSource ConnectorId: 1 SourceId: 1", "InputSetMainVideoSourceResult (status=Error)")]
    [InlineData("xCommand Audio Volume Set", "*r VolumeSetResult Parameter: Level\r\n")]
    [InlineData("xCommand Audio Volume Set Level:", "*r VolumeSetResult Parameter: Level\r\n")]
    [InlineData("xCommand Audio Volume Set Level: 5 Colour: red", "*r VolumeSetResult Parameter: Colour\r\n")]
    [InlineData("xConfiguration Standby Delay: 9999", "Reason: \"Invalid or missing parameters\"")]
    [InlineData("xStatus Call 99", "No match on address expression")]
    [InlineData("xFeedback register /Nonsense/Path", "(status=Error)")]
    [InlineData("xPreferences outputmode braille", "(status=Error)")]
    public void Bad_input_gets_its_error(string line, string error)
    {
        using var bench = new Bench("cisco-xapi");

        Assert.Contains(error, Shell(bench).Ask(line + "\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xstatus AUDIO volume", "*s Audio Volume: 50\r\n")]
    [InlineData("xStatus // DisplayName", "*s SystemUnit Software DisplayName: \"RoomOS 11.9.2.4 0123456789a\"\r\n")]
    [InlineData("xStatus Video Input Connector 2 SignalState", "*s Video Input Connector 2 SignalState: OK\r\n")]
    [InlineData("xConfiguration SystemUnit Name", "*c xConfiguration SystemUnit Name: \"court-1/it\"\r\n")]
    public void Addresses_are_read_in_any_of_their_forms(string line, string leaf)
    {
        using var bench = new Bench("cisco-xapi");

        Assert.Equal(leaf + Done, Shell(bench).Ask(line + "\n"));
    }

    [Fact]
    public void Quoted_values_may_hold_anything()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench, "xFeedback register /Configuration");

        Assert.Equal(Done + "*c xConfiguration SystemUnit Name: \"第一审判庭 \\\"A\\\" | x: y\"\r\n** end\r\n",
            client.Ask("xConfiguration SystemUnit Name: \"第一审判庭 \\\"A\\\" | x: y\"\n"));
    }

    [Fact]
    public void In_json_every_answer_carries_its_id_and_feedback_none()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench, "xPreferences outputmode json");
        Assert.Equal("{\r\n  \"ResultId\": \"a\"\r\n}\r\n", client.Ask("xFeedback register /Status/Audio | resultId=\"a\"\n"));
        Assert.Equal("{\r\n}\r\n", client.Ask("xFeedback register /Status/Standby\n"));
        Assert.Equal(
            "/Status/Audio\r\n/Status/Standby\r\n** end\r\n{\r\n  \"ResultId\": \"b\"\r\n}\r\n",
            client.Ask("xFeedback list | resultId=\"b\"\n"));

        var whole = JsonNode.Parse(client.Ask("xStatus | resultId=\"c\"\n"))!;
        Assert.Equal("c", (string?)whole["ResultId"]);
        Assert.Equal("1", (string?)whole["Status"]!["SIP"]!["Registration"]![0]!["id"]);
        bench.Switch("events-before-reply", "true");
        var both = client.Ask("xCommand Audio Volume Set Level: 1 | resultId=\"d\"\n");
        Assert.True(both.IndexOf("\"Status\"", StringComparison.Ordinal) < both.IndexOf("\"ResultId\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("refuse", "true", "(status=Error):\r\n*r VolumeSetResult Reason: \"Permission denied\"")]
    [InlineData("refuse", "\"Not allowed\"", "(status=Error):\r\n*r VolumeSetResult Reason: \"Not allowed\"")]
    [InlineData("frozen", "true", "(status=OK)")]
    public void A_command_is_refused_or_only_acknowledged_when_told_so(string name, string value, string answer)
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch(name, value);

        Assert.Contains(answer, Shell(bench).Ask("xCommand Audio Volume Set Level: 7\n"), StringComparison.Ordinal);
        Assert.Equal(50, bench.State("volume").GetValue<int>());
    }

    [Fact]
    public void Events_may_come_twice_and_the_terminal_may_begin_with_an_escape()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("duplicate-events", "true");
        bench.Switch("terminal-escape", "true");
        var client = bench.Connect();
        client.Take();
        Assert.Equal("echo off\r\n\e[?1034h" + Ok, client.Ask("echo off\n"));
        client.Ask("xFeedback register /Event/IncomingCallIndication\n");
        Assert.Null(bench.Press("incoming-call", """{"uri":"a@b"}"""));

        Assert.Equal(3, client.Take().Split("*e IncomingCallIndication CallId: 1\r\n** end\r\n").Length);
    }

    [Fact]
    public void The_fan_says_what_it_wants()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("fan", "\"locked on 1096 rpm\"");

        Assert.Equal("*s SystemUnit Hardware Monitoring Fan 1 Status: \"locked on 1096 rpm\"\r\n" + Done,
            Shell(bench).Ask("xStatus SystemUnit Hardware Monitoring Fan\n"));
    }

    [Fact]
    public void Any_cut_and_any_line_end_gives_the_same_answers()
    {
        using var bench = new Bench("cisco-xapi");
        var whole = Encoding.UTF8.GetBytes("echo off\r\nxStatus Audio Volume\nxCommand Audio Volume Mute\rhello\r\n");
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            bench.Device.Reset();
            var client = bench.Connect();
            client.Take();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);

            Assert.Equal(
                "echo off\r\n" + Ok + "*s Audio Volume: 50\r\n" + Done
                + "OK\r\n*r VolumeMuteResult (status=OK):\r\n** end\r\nCommand not recognized.\r\n", client.Take());
        }
    }

    [Fact]
    public void Bye_ends_a_connection_and_only_the_session_on_a_line()
    {
        using var bench = new Bench("cisco-xapi");
        var client = Shell(bench);
        client.Say("bye\n");
        Assert.True(client.Closed);

        var line = bench.Connect(LinkKind.Serial);
        line.Ask("echo off\nbye\n");
        Assert.False(line.Closed);
        Assert.StartsWith("xStatus", line.Ask("xStatus Audio Volume\n"), StringComparison.Ordinal);
    }

    private static Bench.Client Shell(Bench bench, params string[] lines)
    {
        var client = bench.Connect();
        foreach (var line in new[] { "echo off" }.Concat(lines)) client.Say(line + "\r\n");
        client.Take();
        return client;
    }
}
