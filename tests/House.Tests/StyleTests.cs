using System.Text.RegularExpressions;

namespace AvGateway.House.Tests;

/// <summary>What no compiler forbids and every review would.</summary>
public sealed partial class StyleTests
{
    /// <summary>The top loops that tell of whatever was thrown and go on; each with what it keeps alive. Nobody else may catch everything.</summary>
    private static readonly Dictionary<string, string> TopLoops = new(StringComparer.Ordinal)
    {
        ["drivers/Runtime/DeviceActor.cs"] = "the mailbox: a driver that throws is replaced, its device and all others live on",
        ["drivers/Runtime/DeviceActor.Link.cs"] = "the reader of a link: a codec that throws is a bug told to the mailbox",
        ["drivers/Runtime/Packages/PackageShelf.cs"] = "the first look at somebody else's driver: whatever it throws refuses its package and nothing else",
        ["drivers/Runtime/LinkKeeper.cs"] = "the keeper of a link: a bug in a transport must not leave its device without a keeper",
        ["drivers/Transports/Sip/Wire/SipLoop.cs"] = "the steps of the SIP stack: a bug in one dialog leaves the others their calls",
        ["drivers/Transports/Sip/Wire/StreamTransport.cs"] = "the loop of one SIP connection: what its peer provokes ends it alone",
        ["gateway/Operations/Commands/ActDesk.cs"] = "the caller gets an answer whatever an act throws, and its place is free again",
        ["gateway/Operations/Commands/LateAdmission.cs"] = "what ends after everybody has gone: nobody else would hear of a store that throws",
        ["gateway/Operations/Commands/CommandRouter.cs"] = "the caller gets an answer whatever a store or a device throws",
        ["gateway/Operations/Rooms/RoomDesk.cs"] = "the caller gets an answer whatever a scene or a store throws, and the room can be asked again",
        ["gateway/Operations/Schedule/Running/ScheduleDesk.cs"] = "the caller gets an answer whatever a job or a store throws",
        ["gateway/Operations/Schedule/Running/ScheduleLoop.cs"] = "the looks at the schedules: one that fails is told and the next looks again, or a court stays dark on a morning",
        ["gateway/Operations/Schedule/Running/ScheduleLoop.Deciding.cs"] = "an act that throws ends its own decision",
        ["gateway/Operations/Probes/ProbeWatch.Runs.cs"] = "the runs of all probes: one that breaks is unknown and the next comes",
        ["gateway/LineWatch/TwoEnded/TwoEndedWatch.cs"] = "the loops of the line watch: one that breaks is told and begins anew, or a line is shown as it was yesterday",
        ["gateway/Operations/Escalation/NoticeLanes.cs"] = "the deliveries of all channels: one that breaks its promise not to throw is tried again and silences no other",
        ["gateway/Operations/Inspections/Inspector.cs"] = "an inspection gets an end whatever its looks throw, and its rooms can be inspected again",
        ["gateway/Operations/Power/PowerDesk.cs"] = "the caller gets an answer whatever a run or a store throws, and the rooms can be ordered again",
        ["gateway/Operations/Power/PowerRunner.cs"] = "the hands of a run: a device that breaks its promise not to throw ends one step and no run",
        ["gateway/Mqtt/Embedded/Delivery/PacketWriter.cs"] = "the output of one connection: what breaks it ends this connection alone",
        ["gateway/Mqtt/External/BrokerClient.cs"] = "the sessions with a broker: whatever ended one, the next is tried",
        ["gateway/Mqtt/Session/RequestDesk.cs"] = "the requests: one that breaks us is answered and the next is heard",
        ["scenes/Courtroom.cs"] = "the watch over a room: a recording is not left unwatched because a disk was full; the failure is told",
        ["gateway/Store/ReadLane.cs"] = "the reads: each fails for the one who awaits it, the lane goes on",
        ["gateway/Store/Writing/StoreWriter.cs"] = "the writer's rounds: a round that breaks fails its own operations",
    };

    /// <summary>Where a result is taken without awaiting, and why no thread of the pool can block there.</summary>
    private static readonly Dictionary<string, string> TakenResults = new(StringComparer.Ordinal)
    {
        ["drivers/Transports/Serial/LinuxSerialLink.cs"] = "the flush is asked whether it is completed, on a thread that must not await",
        ["gateway/Store/ReadLane.cs"] = "the lane is a thread of its own, and waits for its next read",
    };

    [Fact]
    public void Only_the_named_loops_catch_everything() => new Rule(CatchAlls).AssertKept();

    [Fact]
    public void A_catch_of_everything_is_noticed()
    {
        var rule = new Rule(CatchAlls);
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "try { } catch (Exception) { }"));
        rule.AssertNotices("scenes/A.cs:2", ("scenes/A.cs", "try { }\ncatch (Exception e) when (Log(e)) { }"));
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "try { } catch (System.Exception e) { }"));
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "try { } catch\n{ }"));
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "try { } catch { if (x) { throw; } }"));
        rule.AssertPasses(("scenes/A.cs", "try { } catch (Exception e) when (Failures.Of(e) is { Full: true }) { }"));
        rule.AssertPasses(("scenes/A.cs", "try { } catch\n{\n  if (x) { Undo(); }\n  throw; // on\n}"));
        rule.AssertPasses(
            ("scenes/A.cs", "try { } catch (Exception e) when (e is IOException or TimeoutException) { } catch (IOException) { } // catch (Exception)"));
    }

    [Fact]
    public void The_tables_of_exceptions_name_files_that_need_them() => new Rule(StaleExceptions).AssertKept();

    [Fact]
    public void No_code_stands_in_regions() => new Rule(Regions).AssertKept();

    [Fact]
    public void A_region_is_noticed() => new Rule(Regions).AssertNotices("tests/A.cs:2", ("tests/A.cs", "\n  #region Fields"));

    [Fact]
    public void What_is_to_be_done_has_an_issue_number() => new Rule(OpenEnds).AssertKept();

    [Fact]
    public void An_open_end_without_a_number_is_noticed()
    {
        var rule = new Rule(OpenEnds);
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "// TODO later"));
        rule.AssertNotices("gateway/Panel/a.ts:1", ("gateway/Panel/a.ts", "// FIXME"));
        rule.AssertPasses(("scenes/A.cs", "// TODO #12: the second layer"), ("scenes/B.cs", "var TODOs = 1;"));
    }

    [Fact]
    public void Nobody_sleeps_or_blocks_a_thread_of_the_pool() => new Rule(Blocking).AssertKept();

    [Fact]
    public void Sleeping_and_blocking_are_noticed()
    {
        var rule = new Rule(Blocking);
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "Thread.Sleep(1);"));
        rule.AssertNotices("tests/A.cs:1", ("tests/A.cs", "Thread.Sleep(1);"));
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "var a = task.Result;"));
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "task.Wait();"));
        rule.AssertNotices("scenes/A.cs:1", ("scenes/A.cs", "task.GetAwaiter().GetResult();"));
        rule.AssertPasses(
            ("scenes/A.cs", "var a = b.Results; line.Wait(this, pause); x.WaitAsync(); // task.Result\nvar c = new Answer { Result = 1 };"),
            ("tests/A.cs", "t.Wait();"));
    }

    private static IEnumerable<string> CatchAlls(Tree tree) =>
        from path in tree.ProductSources
        where !TopLoops.ContainsKey(path)
        let code = SourceText.Blank(tree.Text(path))
        from match in CatchAll().Matches(code)
        where !ThrowsAgain(code, match.Index)
        select $"{path}:{LineOf(code, match.Index)}: catches everything; name the exceptions, "
            + $"or list the file as a top loop in {nameof(StyleTests)} with its reason";

    private static IEnumerable<string> StaleExceptions(Tree tree) =>
        TopLoops.Keys.Where(p => !tree.Has(p) || !CatchAll().IsMatch(SourceText.Blank(tree.Text(p))))
            .Concat(TakenResults.Keys.Where(p => !tree.Has(p) || !TakenResult().IsMatch(SourceText.Blank(tree.Text(p)))))
            .Select(p => $"{p}: no longer needs its exception; take it out of the table in {nameof(StyleTests)}");

    private static IEnumerable<string> Regions(Tree tree) =>
        from path in tree.Sources
        from line in SourceText.Lines(tree.Text(path))
        where line.Code.TrimStart().StartsWith("#region", StringComparison.Ordinal)
        select $"{path}:{line.Number}: a file that needs regions is two files; split it";

    private static IEnumerable<string> OpenEnds(Tree tree) =>
        from path in tree.Paths
        where Path.GetExtension(path) is ".cs" or ".ts" or ".md" or ".html" or ".css" or ".csproj" or ".props" && !IsThisHouse(path)
        from line in SourceText.Lines(tree.Text(path)).Where(l => OpenEnd().IsMatch(l.Whole))
        select $"{path}:{line.Number}: give the open end an issue number (#12), or do it now";

    private static IEnumerable<string> Blocking(Tree tree) =>
        from path in tree.Sources
        where !IsThisHouse(path)
        let ships = !path.StartsWith("tests/", StringComparison.Ordinal)
        from line in SourceText.Lines(tree.Text(path))
        where line.Code.Contains("Thread.Sleep", StringComparison.Ordinal)
            || (ships && !TakenResults.ContainsKey(path) && TakenResult().IsMatch(line.Code))
        select $"{path}:{line.Number}: blocks its thread; await, with a deadline on the injected clock";

    /// <summary>These tests name what they forbid.</summary>
    private static bool IsThisHouse(string path) => path.StartsWith("tests/House.Tests/", StringComparison.Ordinal);

    /// <summary>Tidies up and lets the exception go on: its block ends in a bare throw.</summary>
    private static bool ThrowsAgain(string code, int start)
    {
        var depth = 0;
        for (var i = code.IndexOf('{', start); i >= 0 && i < code.Length; i++)
        {
            if (code[i] == '{') depth++;
            if (code[i] == '}' && --depth == 0) return code[..i].TrimEnd().EndsWith("throw;", StringComparison.Ordinal);
        }

        return false;
    }

    private static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    /// <summary>A bare catch, or one of Exception whose filter does not ask what the exception is.</summary>
    [GeneratedRegex(@"\bcatch\s*(\{|\(\s*(System\.)?Exception(\s+\w+)?\s*\)(?!\s*when\s*\((?:[^()]|\([^()]*\))*\sis\s))")]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b(?!\s*\(?#\d)")]
    private static partial Regex OpenEnd();

    /// <summary>Not meant: a monitor, which only threads of their own wait on, a wait of no time, and words of ours.</summary>
    [GeneratedRegex(@"\.Result\b(?!\s*[(=])|(?<!\bMonitor)\.Wait\((?!this\b|0,)|\.GetAwaiter\(\)\.GetResult\(")]
    private static partial Regex TakenResult();
}
