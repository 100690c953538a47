using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>The shell: login, the root words, replies in the session's mode, and feedback.</summary>
internal sealed partial class SimulatedCodec
{
    private const string NoMatch = "No match on address expression";

    internal void Greet(XapiSession session)
    {
        session.Forget();
        session.HasAnswered = false;
        if (session.IsRpc)
        {
            session.Stage = XapiStage.Ready;
            return;
        }

        if (LoginNeeded(session))
        {
            session.Stage = XapiStage.AwaitsUser;
            if (session.IsGreeted) session.Say((_switches.BannerText.Now is { } text ? text + "\r\n" : "") + "\r\nlogin: ");
        }
        else
        {
            Welcome(session);
        }
    }

    internal void Obey(XapiSession session, string text)
    {
        switch (session.Stage)
        {
            case XapiStage.AwaitsUser when text.Trim().Length == 0: session.Say("\r\nlogin: "); break;
            case XapiStage.AwaitsUser:
                session.User = text.Trim();
                session.Stage = XapiStage.AwaitsPassword;
                session.Say("Password: ");
                break;
            case XapiStage.AwaitsPassword: Login(session, text); break;
            default: Run(session, text); break;
        }
    }

    private bool LoginNeeded(XapiSession session) => session.Kind switch
    {
        LinkKind.Serial => _configuration["SerialPort LoginRequired"] == "On",
        LinkKind.Tcp => _switches.LoginRequired.Now || Setting.User is not null || Setting.Password is not null,

        // Whoever is here was let in outside the stream.
        _ => false,
    };

    private void Login(XapiSession session, string password)
    {
        if (!_switches.RejectsLogin.Now && session.User == (Setting.User ?? "admin") && password == (Setting.Password ?? ""))
        {
            session.Say("\r\n");
            Welcome(session);
            return;
        }

        session.Stage = XapiStage.AwaitsUser;
        session.Say("\r\nLogin incorrect\r\n\r\nlogin: ");
    }

    private void Welcome(XapiSession session)
    {
        var loggedIn = session.Stage == XapiStage.AwaitsPassword;
        session.Stage = XapiStage.Ready;
        if (!loggedIn && !session.IsGreeted) return;
        if (!LoginNeeded(session) && _switches.BannerText.Now is { } text) session.Say(text + "\r\n");
        if (_configuration["NetworkServices WelcomeText"] == "On")
        {
            session.Say($"Welcome to {_configuration["SystemUnit Name"]}\r\n"
                + $"Cisco Codec Release {_status["SystemUnit Software DisplayName"]}\r\n"
                + $"SW Release Date: {_status["SystemUnit Software ReleaseDate"]}\r\n");
        }

        session.Say("*r Login successful\r\n\r\nOK\r\n\r\n");
        if (_switches.LastLogin.Now) session.Say("Last login from 10.1.2.3 at Mon Nov 20 08:00:01 2023\r\n");
    }

    private void Run(XapiSession session, string text)
    {
        if (text.Trim().Length == 0) return;
        var line = XapiLine.Read(text);
        if (_switches.TerminalEscape.Now && !session.HasAnswered) session.Say("\e[?1034h");
        session.HasAnswered = true;
        switch (line.Root.ToUpperInvariant())
        {
            case "ECHO" when line.Path is [var word]: Echo(session, word); break;
            case "XPREFERENCES": Preferences(session, line); break;
            case "XCOMMAND": Command(session, line); break;
            case "XSTATUS": Query(session, line, _status, "*s "); break;
            case "XCONFIGURATION" when line.Parameters.Count > 0 || line.Broken is not null: Configure(session, line); break;
            case "XCONFIGURATION": Query(session, line, _configuration.Tree, "*c xConfiguration "); break;
            case "XFEEDBACK": Feedback(session, line); break;
            case "HELP" or "?":
                session.Say("- User Commands -\r\nbye echo help xCommand xConfiguration xFeedback xPreferences xStatus\r\n\r\nOK\r\n");
                break;
            case "BYE": Bye(session); break;
            default: session.Say("Command not recognized.\r\n"); break;
        }

        Flush();
    }

    private static void Echo(XapiSession session, string word)
    {
        session.Echo = !word.Equals("off", StringComparison.OrdinalIgnoreCase);
        session.Say("\r\nOK\r\n");
    }

    private void Bye(XapiSession session)
    {
        if (session.Kind != LinkKind.Serial) session.End("bye");
        else Greet(session);
    }

    private static void Preferences(XapiSession session, XapiLine line)
    {
        var named = line.Path.Count == 2 && line.Path[0].Equals("outputmode", StringComparison.OrdinalIgnoreCase);
        var mode = named ? line.Path[1].ToUpperInvariant() : "";
        if (mode is not ("TERMINAL" or "JSON"))
        {
            Fail(session, "Result", "Invalid or missing parameters", "/" + string.Join('/', line.Path), line.ResultId);
            return;
        }

        // The reply still has the mode in which the question was put.
        if (session.Json) session.Say(XapiText.Write([], line.ResultId));
        else session.Say("\r\nOK\r\n");
        session.Json = mode == "JSON";
    }

    private void Query(XapiSession session, XapiLine line, XapiTree tree, string prefix)
    {
        Refresh();
        var address = XapiStep.Read(line.Path);
        if (tree.Select(address) is not { } found)
        {
            Fail(session, tree.Root.Name, NoMatch, $"{tree.Root.Name}/{string.Join('/', line.Path)}", line.ResultId);
            return;
        }

        if (session.Json) session.Say(XapiText.Write(new() { [tree.Root.Name] = XapiText.Json(found) }, line.ResultId));
        else session.Say(XapiText.Lines(prefix, found) + XapiText.End + "\r\nOK\r\n");
    }

    private void Configure(XapiSession session, XapiLine line)
    {
        // The last word of the path is the name of the value.
        var name = line.Parameters.Count > 0 ? line.Parameters[0].Key : line.Broken!;
        var path = string.Join(' ', [.. line.Path, name]);
        if (_configuration.Space(path) is not { } space)
        {
            Fail(session, "Configuration", NoMatch, $"Configuration/{path.Replace(' ', '/')}", line.ResultId);
            return;
        }

        if (line.Broken is not null || line.Parameters.Count != 1 || space.Normalise(line.Parameters[0].Value) is not { } value)
        {
            Fail(session, "Configuration", "Invalid or missing parameters", $"Configuration/{path.Replace(' ', '/')}", line.ResultId);
            return;
        }

        if (Refuse.On)
        {
            Fail(session, "Configuration", Refuse.Code ?? "Permission denied", $"Configuration/{path.Replace(' ', '/')}", line.ResultId);
            return;
        }

        Reply(session, XapiText.End + "\r\nOK\r\n", [], line.ResultId, () => _configuration.Tree.Set(path, value));
    }

    private void Command(XapiSession session, XapiLine line)
    {
        var path = string.Join(' ', line.Path);
        if (!_commands.TryGetValue(path, out var command))
        {
            Fail(session, "Result", "Unknown command", "/" + string.Join('/', line.Path), line.ResultId, commandFirst: true);
            return;
        }

        if (command.Check(line, out var bad) is not { } arguments)
        {
            Answer(session, command, new("ParameterError", ("Reason", "Invalid or missing parameters"), ("Parameter", bad ?? "")),
                line.ResultId);
            return;
        }

        var housekeeping = command.Path.StartsWith("Peripherals", StringComparison.Ordinal);
        if (Refuse.On && !housekeeping) Answer(session, command, XapiResult.Error(Refuse.Code ?? "Permission denied"), line.ResultId);
        else if (Frozen && !housekeeping)
            Answer(session, command, command.Path == "Dial" ? Dialled(_calls.NextId) : XapiResult.Ok, line.ResultId);
        else
        {
            var result = command.Act(arguments);
            if (_switches.EventsFirst.Now) Flush();
            Answer(session, command, result, line.ResultId);
            Flush();
            AfterReply();
        }
    }

    private static void Answer(XapiSession session, XapiCommand command, XapiResult result, string? resultId)
    {
        if (session.IsRpc)
        {
            AnswerRpc(session, result, resultId);
            return;
        }

        if (session.Json)
        {
            var leaves = new JsonObject { ["status"] = result.Status };
            foreach (var (name, text) in result.Leaves) leaves[name] = XapiText.Value(text);
            session.Say(XapiText.Write(new() { ["CommandResponse"] = new JsonObject { [command.ResultName] = leaves } }, resultId));
            return;
        }

        // On a terminal the OK comes first: it says that the line was understood.
        var lines = string.Concat(result.Leaves.Select(leaf => $"*r {command.ResultName} {leaf.Name}: {Shown(leaf.Text)}\r\n"));
        session.Say($"OK\r\n*r {command.ResultName} (status={result.Status}):\r\n{lines}{XapiText.End}");
    }

    /// <summary>A reply without leaves: the words on a terminal, an object with at most the id in JSON.</summary>
    private void Reply(XapiSession session, string terminal, JsonObject json, string? resultId, Action act)
    {
        if (_switches.EventsFirst.Now && !Frozen)
        {
            act();
            Flush();
        }

        session.Say(session.Json ? XapiText.Write(json, resultId) : terminal);
        if (!_switches.EventsFirst.Now && !Frozen) act();
    }

    private static void Fail(XapiSession session, string name, string reason, string path, string? resultId, bool commandFirst = false)
    {
        if (session.IsRpc)
        {
            SayError(session, resultId, commandFirst ? MethodNotFound : CommandError, reason);
            return;
        }

        if (session.Json)
        {
            var result = new JsonObject { ["status"] = "Error", ["Reason"] = XapiText.Value(reason) };
            var response = new JsonObject { [name] = result };
            // For an unknown command the address stands beside the result, else inside it.
            (commandFirst ? response : result)["XPath"] = XapiText.Value(path);
            session.Say(XapiText.Write(new() { ["CommandResponse"] = response }, resultId));
            return;
        }

        var lines = "*r Result (status=Error):\r\n"
            + $"*r Result Reason: {XapiText.Quote(reason)}\r\n*r Result XPath: {XapiText.Quote(path)}\r\n{XapiText.End}";
        session.Say(commandFirst ? "OK\r\n" + lines : lines + "\r\nOK\r\n");
    }

    private static string Shown(string text) => text.All(char.IsAsciiLetterOrDigit) && text.Length > 0 ? text : XapiText.Quote(text);

    private void Feedback(XapiSession session, XapiLine line)
    {
        var verb = line.Path.Count > 0 ? line.Path[0].ToUpperInvariant() : "";
        var typed = "/" + string.Join('/', line.Path.Skip(1));
        var done = XapiText.End + "\r\nOK\r\n";
        switch (verb)
        {
            case "REGISTER" when line.Path.Count > 1 && line.Path[1].ToUpperInvariant() is "STATUS" or "CONFIGURATION" or "EVENT":
                if (session.Feedback.Count >= _switches.FeedbackCap.Now && !session.Feedback.ContainsKey(typed))
                {
                    Fail(session, "Result", "Too many feedback expressions", typed, line.ResultId);
                    return;
                }

                if (!_switches.ForgetsFeedback.Now) session.Feedback[typed] = XapiStep.Read(line.Path.Skip(1));
                Reply(session, done, [], line.ResultId, () => { });
                break;
            case "DEREGISTER" when session.Feedback.Remove(typed): Reply(session, done, [], line.ResultId, () => { }); break;
            case "DEREGISTERALL":
                session.Feedback.Clear();
                Reply(session, done, [], line.ResultId, () => { });
                break;
            case "LIST":
                var list = string.Concat(session.Feedback.Keys.Select(expression => expression + "\r\n")) + XapiText.End;
                // The list is plain text in either mode.
                if (!session.Json) session.Say(list + "\r\nOK\r\n");
                else session.Say(list + (line.ResultId is null ? "" : XapiText.Write([], line.ResultId)));
                break;
            default: Fail(session, "Result", NoMatch, typed, line.ResultId); break;
        }
    }

    /// <summary>Tells every session the changes and events that it has asked for; those of status first.</summary>
    private void Flush()
    {
        foreach (var session in Sessions.Where(session => session.Stage == XapiStage.Ready))
        {
            if (session.IsRpc)
            {
                ToldRpc(session);
                continue;
            }

            Told(session, _status, "*s ");
            Told(session, _configuration.Tree, "*c xConfiguration ");
            foreach (var (name, leaves) in _events)
            {
                for (var times = _switches.DuplicateEvents.Now ? 2 : 1; times > 0; times--) Told(session, name, leaves);
            }
        }

        _status.Told();
        _configuration.Tree.Told();
        _events.Clear();
    }

    private static void Told(XapiSession session, XapiTree tree, string prefix)
    {
        var expressions = session.Feedback.Values.Where(steps => steps[0].Name.Equals(tree.Root.Name, StringComparison.OrdinalIgnoreCase));
        if (tree.Changed(expressions.Select(steps => steps[1..])) is not { } changed) return;
        if (session.Json) session.Say(XapiText.Write(new() { [tree.Root.Name] = XapiText.Json(changed) }, null));
        else session.Say(XapiText.Lines(prefix, changed) + XapiText.End);
    }

    private static void Told(XapiSession session, string name, (string Name, string Text, bool Quoted)[] leaves)
    {
        var wanted = session.Feedback.Values.Any(steps => steps[0].Name.Equals("Event", StringComparison.OrdinalIgnoreCase)
            && (steps.Length == 1 || steps[1].Matches(new XapiStep(name))));
        if (!wanted) return;
        if (session.Json)
        {
            var json = new JsonObject(leaves.Select(leaf => KeyValuePair.Create(leaf.Name, (JsonNode?)XapiText.Value(leaf.Text))));
            session.Say(XapiText.Write(new() { ["Event"] = new JsonObject { [name] = json } }, null));
            return;
        }

        var lines = leaves.Select(leaf => $"*e {name} {leaf.Name}: {(leaf.Quoted ? XapiText.Quote(leaf.Text) : leaf.Text)}\r\n");
        session.Say(string.Concat(lines) + XapiText.End);
    }
}
