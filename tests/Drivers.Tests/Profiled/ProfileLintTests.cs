using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Drivers.Protocols.Profiled;

namespace AvGateway.Drivers.Tests.Profiled;

/// <summary>What is wrong with a profile is found with its place and what to do about it, before anything reaches a wire.</summary>
public sealed class ProfileLintTests
{
    /// <summary>Enough of everything to break something.</summary>
    internal const string Good = """
        {
          "profile": "acme-x1", "class": "display", "models": "Acme X1", "source": "Acme X1 manual, page 41",
          "bytes": "text", "frame": { "end": "\r" },
          "links": { "serial": "baud=9600&data=8&parity=none&stop=1&flow=none" },
          "pace": { "gap": "100ms", "reply": "1s" },
          "options": { "set-id": { "default": 1, "min": 1, "max": 9, "en": "Id", "zh": "编号" } },
          "codes": { "power": { "off": "0", "on": "1" }, "input": { "vga": "1", "hdmi": "2" } },
          "properties": { "volume": { "type": "integer", "min": 0, "max": 100, "en": "Volume", "zh": "音量" }, "title": { "type": "text", "en": "Title", "zh": "标题" } },
          "read": {
            "power": { "send": "P{set-id}?", "answer": "P{set-id}={value}" },
            "input": { "send": "I?", "answer": "I={value}" },
            "volume": { "send": "V?", "answer": "V={value}" }
          },
          "verbs": {
            "power-on": { "send": "P{set-id}=1", "answer": "OK" },
            "power-off": { "send": "P{set-id}=0", "answer": "OK" },
            "input": { "send": "I={name}", "answer": "OK" },
            "loudness": { "send": "V={level}", "answer": "OK", "then": "volume={level}", "en": "Set the volume", "zh": "设置音量",
                          "args": { "level": { "type": "integer", "min": 0, "max": 100, "en": "Level", "zh": "音量" } } },
            "show-title": { "send": "T={words}", "answer": "OK", "then": "title={words}", "en": "Show a title", "zh": "显示标题",
                            "args": { "words": { "type": "text", "length": 16, "en": "Words", "zh": "文字" } } }
          },
          "refused": "ER{*}"
        }
        """;

    private const string Bytes = """
        {
          "profile": "acme-b1", "class": "matrix", "models": "Acme B1", "source": "Acme B1 manual, page 3",
          "bytes": "hex", "frame": { "form": "A5 ?? ?? ?? ??", "checksum": { "kind": "sum8", "from": 0 } },
          "links": { "tcp": 4001 }, "pace": { "gap": "50ms", "reply": "1s" }, "counts": { "inputs": 4, "outputs": 4 },
          "read": { "output-{output}": { "send": "A5 01 {output} {sum}", "answer": "A5 02 {output} {value} {sum}" } },
          "verbs": { "route": { "send": "A5 03 {output} {input} {sum}", "answer": "A5 04 {output} {input} {sum}" } }
        }
        """;

    [Fact]
    public void The_profiles_that_are_broken_here_are_good_ones()
    {
        Assert.Empty(Findings(Good));
        Assert.Empty(Findings(Bytes));
    }

    [Theory]
    [InlineData("profile", "\"Acme\"", "$.profile", "is no name of a profile")]
    [InlineData("class", "\"recorder\"", "$.class", "a profile cannot be a recorder")]
    [InlineData("colour", "1", "$.colour", "is not known here")]
    [InlineData("bytes", "\"binary\"", "$.bytes", "is no way to write frames")]
    [InlineData("frame", "{ \"start\": \"#\" }", "$.frame", "\"end\" is missing")]
    [InlineData("links", "{}", "$.links", "no link is named")]
    [InlineData("links.serial", "\"baud=9600\"", "$.links.serial", "do not say \"data\"")]
    [InlineData("pace.gap", "\"soon\"", "$.pace.gap", "a duration is needed here")]
    [InlineData("pace.gap", "\"1h\"", "$.pace.gap", "a duration is needed here")]
    [InlineData("pace.reply", "\"5s\"", "$.pace", "silence would be noticed only after 20s")]
    [InlineData("options.set-id.zh", "\"Id\"", "$.options.set-id.zh", "no Chinese words")]
    [InlineData("options.value", "{ \"default\": 1, \"en\": \"Value\", \"zh\": \"值\" }", "$.options.value", "already means something else")]
    [InlineData("codes.power.on", "\"0\"", "$.codes.power.on", "is that of \"off\" too")]
    [InlineData("codes.power.on", "\"\"", "$.codes.power.on", "is no code")]
    [InlineData("codes.power.standby", "\"3\"", "$.codes.power.standby", "is nothing that power can be")]
    [InlineData("codes.lamp-hours", "{ \"1\": \"a\" }", "$.codes.lamp-hours", "nothing of this profile uses")]
    [InlineData("codes.colour", "{ \"red\": \"1\" }", "$.codes.colour", "has no property \"colour\"")]
    [InlineData("read.power.answer", "\"P{set-id}=1\"", "$.read.power.answer", "shows no {value}")]
    [InlineData("read.power.send", "\"P{id}?\"", "$.read.power.send", "{id} stands for nothing here")]
    [InlineData("read.power.send", "\"P{set-id?\"", "$.read.power.send", "is no placeholder")]
    [InlineData("read.power.send", "\"I?\"", "$.read.input.send", "it sends the same as $.read.power.send")]
    [InlineData("read.input.answer", "\"P1={value}\"", "$.read.power.answer", "looks the same")]
    [InlineData("refused", "\"{*}\"", "$.read.power.answer", "would be taken for its no")]
    [InlineData("verbs.power-on.send", "\"P{set-id}=0\"", "$.verbs.power-off.send", "it sends the same as $.verbs.power-on.send")]
    [InlineData("verbs.power-on.send", "\"P{set-id}=1\\r\"", "$.verbs.power-on.send", "it holds what ends a frame")]
    [InlineData("verbs.power-on.answer", "\"OK\\r\"", "$.verbs.power-on.answer", "would never be read")]
    [InlineData("verbs.power-on.answer", "\"ER0\"", "$.verbs.power-on.answer", "would be taken for its no")]
    [InlineData("verbs.power-on.answer", "\"P1=1\"", "$.read.power.answer", "the yes to \"power-on\" looks the same")]
    [InlineData("verbs.input.send", "\"I=1\"", "$.verbs.input.send", "the argument {name} is not sent")]
    [InlineData("verbs.loudness.then", "\"loudness=1\"", "$.verbs.loudness.then", "names no property")]
    [InlineData("verbs.loudness.zh", "\"Loud\"", "$.verbs.loudness.zh", "no Chinese words")]
    [InlineData("verbs.loudness.args.level", "{ \"type\": \"integer\", \"en\": \"Level\", \"zh\": \"音量\" }", "$.verbs.loudness.args.level", "a number without bounds")]
    [InlineData("verbs.power-up", "{ \"send\": \"PU\" }", "$.verbs.power-up", "this class has no verb \"power-up\"")]
    [InlineData("verbs.degauss", "{ \"send\": \"DG\", \"en\": \"Degauss\", \"zh\": \"消磁\" }", "$.verbs.degauss", "nobody would know that it was done")]
    [InlineData("verbs.blank", "{ \"send\": \"B\", \"toggle\": true }", "$.verbs.blank.toggle", "on a device that cannot be asked leaves nobody knowing")]
    [InlineData("absent", "[\"input\"]", "$.absent[0]", "is there and said to be absent")]
    [InlineData("tells", "{ \"blanked\": \"B\" }", "$.tells.blanked", "cannot be asked")]
    [InlineData("refused", "\"{*}{*}\"", "$.refused", "where it ends cannot be told")]
    public void A_mistake_is_found_with_its_place_and_its_remedy(string member, string value, string place, string message)
    {
        var found = Findings(With(Good, member, value));

        Assert.Contains(found, f => f.Path == place && f.Message.Contains(message, StringComparison.Ordinal));
        Assert.All(found, f => Assert.False(string.IsNullOrWhiteSpace(f.Remedy)));
    }

    [Theory]
    [InlineData("frame.form", "\"A5 ?? GG\"", "$.frame.form", "\"GG\" is no set of bytes")]
    [InlineData("frame.checksum.kind", "\"crc32\"", "$.frame.checksum.kind", "there is no check code")]
    [InlineData("counts", "{}", "$", "does not say how many inputs")]
    [InlineData("read.output-{output}.answer", "\"A5 02 {value} 00 {sum}\"", "$.read.output-{output}.answer", "the answer about another output looks the same")]
    [InlineData("read.output-{output}.answer", "\"A6 02 {output} {value} {sum}\"", "$.read.output-{output}.answer", "would never be read")]
    [InlineData("read.output-{output}.send", "\"A5 01 00 {sum}\"", "$.read.output-{output}.send", "does not say which output")]
    [InlineData("verbs.route.send", "\"A5 03 {output} {input}\"", "$.verbs.route.send", "the frame has no check code")]
    [InlineData("verbs.route.send", "\"A5 3 {output} {input} {sum}\"", "$.verbs.route.send", "is no byte in hex")]
    [InlineData("verbs.route.send", "\"A5 03 {output} {input+300} {sum}\"", "$.verbs.route.send", "does not fit into 1 byte")]
    [InlineData("verbs", "{}", "$", "the verb \"route\" is neither there nor said to be absent")]
    public void A_mistake_in_bytes_is_found_too(string member, string value, string place, string message) =>
        Assert.Contains(Findings(With(Bytes, member, value)), f => f.Path == place && f.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void What_is_not_JSON_is_said_with_its_line() => Assert.Contains("line 2", Assert.Single(Findings("{\n nonsense")).Message, StringComparison.Ordinal);

    [Fact]
    public void Random_damage_never_throws()
    {
        var good = Encoding.UTF8.GetBytes(Good);
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] damaged = [.. good];
            for (var i = random.Next(1, 6); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(32, 127);
            var profile = ProfileReader.Read(damaged, out var findings);
            Assert.True(profile is not null || findings.Count > 0, $"seed {seed}");
        }
    }

    private static IReadOnlyList<ProfileFinding> Findings(string json)
    {
        ProfileReader.Read(Encoding.UTF8.GetBytes(json), out var findings);
        return findings;
    }

    private static string With(string json, string member, string value)
    {
        var root = JsonNode.Parse(json)!;
        var steps = member.Split('.');
        var parent = steps[..^1].Aggregate(root, (node, step) => node[step]!);
        parent[steps[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }
}
