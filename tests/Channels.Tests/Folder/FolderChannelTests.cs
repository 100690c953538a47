using System.Text.Json;
using AvGateway.Channels.Folder;
using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Tests.Folder;

public sealed class FolderChannelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Export => _folder.Sub("export");

    [Fact]
    public async Task A_notice_is_a_text_for_people_and_JSON_for_a_program()
    {
        var delivery = await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test);

        Assert.Equal(DeliveryOutcome.Taken, delivery.Outcome);
        var text = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Export, "F-2026-000123-2-duty-*.txt")), Patience.Test);
        Assert.Contains("一级故障", text, StringComparison.Ordinal);
        Assert.Contains("Please acknowledge within five minutes.", text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Export, "*.json")), Patience.Test));
        Assert.Equal(Notices.Key, json.RootElement.GetProperty("key").GetString());
        Assert.Equal("city", json.RootElement.GetProperty("site").GetString());
        Assert.Equal("P1", json.RootElement.GetProperty("report").GetProperty("severity").GetString());
        Assert.Equal(2, Directory.GetFiles(Export).Length);
    }

    [Fact]
    public async Task A_repeat_is_the_same_file_and_another_key_never_is()
    {
        var channel = Channel();
        await channel.DeliverAsync(Notices.Fault("a/b"), "", Patience.Test);
        var before = Directory.GetFiles(Export, "*.json").Select(f => (f, File.ReadAllText(f))).Single();
        await channel.DeliverAsync(Notices.Fault("a/b") with { At = Notices.At.AddHours(1) }, "", Patience.Test);
        Assert.Equal(before, Directory.GetFiles(Export, "*.json").Select(f => (f, File.ReadAllText(f))).Single());

        await channel.DeliverAsync(Notices.Fault("a-b"), "", Patience.Test);
        await channel.DeliverAsync(Notices.Fault("../../../etc/passwd"), "", Patience.Test);
        Assert.Equal(3, Directory.GetFiles(Export, "*.json").Length);
        Assert.All(Directory.GetFileSystemEntries(_folder.Path), e => Assert.Equal(Export, e));
    }

    [Fact]
    public async Task A_folder_that_nobody_empties_takes_no_more_and_takes_again_when_it_is_emptied()
    {
        var channel = Channel(most: 10);
        for (var i = 0; i < 10; i++) Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault($"k{i}"), "", Patience.Test)).Outcome);
        var full = await channel.DeliverAsync(Notices.Fault("k10"), "", Patience.Test);
        Assert.Equal(DeliveryOutcome.Later, full.Outcome);
        Assert.Contains("10 notices wait", full.Detail, StringComparison.Ordinal);

        File.Delete(Directory.GetFiles(Export, "*.json").First());
        Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault("k10"), "", Patience.Test)).Outcome);
    }

    [Fact]
    public async Task A_disk_without_room_is_later_and_leaves_no_half_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux");
        Directory.CreateDirectory(Export);
        var notice = Notices.Fault();
        File.CreateSymbolicLink(Path.Combine(Export, FolderChannel.NameOf(notice) + ".txt.part"), "/dev/full");

        var delivery = await Channel().DeliverAsync(notice, "", Patience.Test);

        Assert.Equal(DeliveryOutcome.Later, delivery.Outcome);
        Assert.Empty(Directory.GetFiles(Export));
        Assert.Equal(DeliveryOutcome.Taken, (await Channel().DeliverAsync(notice, "", Patience.Test)).Outcome);
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_later_and_an_address_is_refused()
    {
        await File.WriteAllTextAsync(Export, "", Patience.Test);
        Assert.Equal(DeliveryOutcome.Later, (await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
        Assert.Equal(DeliveryOutcome.Refused, (await Channel().DeliverAsync(Notices.Fault(), "somewhere", Patience.Test)).Outcome);
    }

    public void Dispose() => _folder.Dispose();

    private FolderChannel Channel(int most = 2000) => new(new("export", Export) { Most = most }, "city");
}
