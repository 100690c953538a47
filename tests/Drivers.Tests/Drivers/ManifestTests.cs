using System.Text.RegularExpressions;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Tests.Drivers;

/// <summary>What holds for every built-in driver, read from its manifest and the files beside it.</summary>
public sealed partial class ManifestTests
{
    public static TheoryData<string> Names => Catalog.Names;

    [Theory, MemberData(nameof(Names))]
    public void A_name_is_lower_case_with_dashes(string name) => Assert.Matches("^(profile:)?[a-z][a-z0-9-]+$", name);

    [Theory, MemberData(nameof(Names))]
    public void Verbs_properties_options_and_faults_are_there_once(string name)
    {
        var manifest = Catalog.Manifest(name);

        Unique(manifest.Verbs.Select(v => v.Name));
        Unique(manifest.Properties.Select(p => p.Name));
        Unique(manifest.Options.Select(o => o.Name));
        Unique(manifest.Faults.Select(f => f.Code));
        Unique(manifest.Modes);
        Assert.NotEmpty(manifest.Links);
        if (manifest.Class is DeviceClass.Sensor) Assert.Empty(manifest.Verbs);
        else Assert.NotEmpty(manifest.Verbs);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_settable_property_names_a_verb_and_arguments_that_exist(string name)
    {
        var manifest = Catalog.Manifest(name);

        Assert.All(manifest.Properties.Where(p => p.Set is not null), property =>
        {
            var verb = Assert.Single(manifest.Verbs, v => v.Name == property.Set!.Verb);
            Assert.Contains(verb.Arguments, a => a.Name == property.Set!.ValueArgument);
            if (property.Set!.IndexArgument is { } index) Assert.Contains(verb.Arguments, a => a.Name == index);
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void What_of_its_frames_may_leave_are_words_of_a_protocol_and_none_that_leads_to_a_secret_or_a_person(string name)
    {
        var released = Catalog.Manifest(name).Frames;

        Assert.All(released.Words, w => Assert.Matches("^[a-z]+$", w));
        Assert.Empty(released.Words.Intersect(["password", "secret", "login", "admin", "administrator", "user", "community", "uri", "remoteuri", "displayname", "court", "courtroom", "judge", "public", "private"]));
        Assert.False(released is { IsWhole: true, Words.Count: > 0 });
    }

    [Theory, MemberData(nameof(Names))]
    public void Everything_has_words_in_both_languages(string name)
    {
        var manifest = Catalog.Manifest(name);
        (string En, string Zh)[] all =
        [
            .. manifest.Verbs.Select(v => (v.En, v.Zh)), .. manifest.Verbs.SelectMany(v => v.Arguments).Select(a => (a.En, a.Zh)),
            .. manifest.Properties.Select(p => (p.En, p.Zh)), .. manifest.Options.Select(o => (o.En, o.Zh)), .. manifest.Faults.Select(f => (f.En, f.Zh)),
        ];

        Assert.All(all, words =>
        {
            Assert.False(string.IsNullOrWhiteSpace(words.En));
            Assert.Contains(words.Zh, c => c > 0x2FFF);
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_mode_and_every_word_that_something_can_be_has_words_in_both_languages(string name)
    {
        var manifest = Catalog.Manifest(name);
        (string Word, WordSpec? Says)[] all =
        [
            .. manifest.Modes.Append(DeviceStatus.UnknownMode).Select(m => (m, manifest.WordOfMode(m))), .. manifest.ModeWords.Select(w => (w.Name, (WordSpec?)w)),
            .. manifest.Properties.SelectMany(p => p.OneOf ?? []).Zip(manifest.Properties.SelectMany(p => (p.OneOf ?? []).Select(p.WordOf))),
            .. manifest.Verbs.SelectMany(v => v.Arguments).SelectMany(a => (a.OneOf ?? []).Where(_ => !IsNameOfTheSite(a)).Select(w => (w, a.Words.FirstOrDefault(s => s.Name == w)))),
        ];

        Assert.All(all, word =>
        {
            Assert.True(word.Says is not null, $"\"{word.Word}\" has no words");
            Assert.False(string.IsNullOrWhiteSpace(word.Says.En));
            Assert.DoesNotContain(word.Says.En, c => c > 0x2FFF);
            Assert.Contains(word.Says.Zh, c => c > 0x2FFF);
        });
    }

    // Inputs are called as the device's panel or the site calls them: HDMI1 is HDMI1 everywhere.
    private static bool IsNameOfTheSite(ArgumentSpec argument) => argument.Name == DisplayWords.NameArgument;

    [Theory, MemberData(nameof(Names))]
    public void Silence_is_noticed_well_before_a_device_counts_as_online_for_too_long(string name)
    {
        var manifest = Catalog.Manifest(name);

        Assert.InRange(manifest.Poll + manifest.Reply.Timeout * manifest.Reply.MissedBeforeLost, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_state_machine_decides_every_state_and_trigger_as_written_down(string name)
    {
        var manifest = Catalog.Manifest(name);
        var machine = Catalog.Machine(manifest);

        Golden.Check(MachineTable.Write(machine), "tests", "Drivers.Tests", Catalog.Folder(manifest), $"{Catalog.States(manifest)}.states.txt");
    }

    [Theory, MemberData(nameof(Names))]
    public void The_readme_tells_its_grade_and_shows_the_diagram_that_its_machine_draws(string name)
    {
        var manifest = Catalog.Manifest(name);
        var readme = File.ReadAllText(Catalog.File(Catalog.Readme(manifest)));

        Assert.Contains($"Driver `{name}`", readme, StringComparison.Ordinal);
        Assert.Contains($"Grade: {manifest.Grade}", readme, StringComparison.Ordinal);
        var drawn = Golden.Trim(manifest.Diagram());
        Golden.CheckSection(MermaidBlock().Match(readme) is { Success: true } found ? Golden.Trim(found.Groups[1].Value) : "", drawn,
            Catalog.Readme(manifest));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_readme_names_every_verb_option_and_fault(string name)
    {
        var manifest = Catalog.Manifest(name);
        var readme = File.ReadAllText(Catalog.File(Catalog.Readme(manifest)));

        Assert.All(manifest.Verbs.Select(v => v.Name).Concat(manifest.Options.Select(o => o.Name)).Concat(manifest.Faults.Select(f => f.Code)),
            word => Assert.Contains($"`{word}`", readme, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_table_of_drivers_lists_it_with_its_grade(string name)
    {
        var manifest = Catalog.Manifest(name);
        var row = Assert.Single(File.ReadLines(Catalog.File("drivers", "README.md")), line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));

        Assert.Contains($"| {manifest.Grade} |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_class_has_the_verbs_that_it_is_there_for()
    {
        Assert.All(Catalog.BuiltIn.Manifests, manifest =>
        {
            var needed = manifest.Class switch
            {
                DeviceClass.Matrix => [MatrixWords.RouteVerb],
                DeviceClass.Recorder => [RecorderWords.RecordVerb, RecorderWords.StopVerb],
                DeviceClass.Codec => [CodecWords.DialVerb, CodecWords.HangUpVerb],
                DeviceClass.Camera => [CameraWords.RecallVerb],
                DeviceClass.Audio => [AudioWords.MuteVerb, AudioWords.UnmuteVerb],
                _ => Array.Empty<string>(),
            };
            Assert.All(needed, verb => Assert.Contains(manifest.Verbs, v => v.Name == verb));
        });
    }

    private static void Unique(IEnumerable<string> names)
    {
        var all = names.ToArray();
        Assert.Equal(all.Distinct(StringComparer.Ordinal), all);
    }

    [GeneratedRegex("```mermaid\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex MermaidBlock();
}
