using AvGateway.Drivers.Protocols.ExtronSmp;

namespace AvGateway.Drivers.Tests.ExtronSmp;

public sealed class SmpValuesTests
{
    [Fact]
    public void A_status_of_two_destinations_counts_both_and_ends_with_the_first_that_is_full()
    {
        Assert.True(SmpValues.TryStatus(
            "<ChA1*ChB3>*<recording>*<internal*usbfront/CASES>*<437342288*15000000>*<00:12:31>*<155:40:43*05:20:00>", out var status));

        Assert.Equal((SmpState.Recording, "internal*usbfront/CASES", 452_342_288), (status.State, status.Destination, status.Free));
        Assert.Equal((new TimeSpan(0, 12, 31), new TimeSpan(5, 20, 0)), (status.Elapsed, status.Left));
    }

    [Theory]
    [InlineData("<ChA1*ChB3>*<recording>*<internal>*<1>*<00:12:31>")]
    [InlineData("<ChA1*ChB3>*<recording>*<internal>*<much>*<00:12:31>*<155:40:43>")]
    [InlineData("<ChA1*ChB3>*<recording>*<internal>*<1>*<00:72:31>*<155:40:43>")]
    [InlineData("<ChA1*ChB3>*<recording>*<internal>*<1>*<00:12:31>*<155:40:43")]
    [InlineData("<")]
    public void A_status_that_is_not_whole_is_none(string text) => Assert.False(SmpValues.TryStatus(text, out _));

    [Theory]
    [InlineData("stopped", SmpState.Stopped), InlineData("stop", SmpState.Stopped), InlineData("Recording", SmpState.Recording)]
    [InlineData("record", SmpState.Recording), InlineData("pause", SmpState.Paused), InlineData("standby", SmpState.Other)]
    public void A_state_is_known_by_how_its_word_begins(string word, SmpState state)
    {
        Assert.True(SmpValues.TryStatus($"<ChA1*ChB3>*<{word}>*<internal>*<1>*<00:00:00>*<00:00:00>", out var status));
        Assert.Equal(state, status.State);
    }

    [Theory]
    [InlineData("Mon, 20 Nov 2023 08:00:01", "2023-11-20T08:00:01"), InlineData("Fri, 08 Sept 2006 18:19:33", "2006-09-08T18:19:33")]
    public void A_date_is_read_as_the_device_writes_it(string text, string expected)
    {
        Assert.True(SmpValues.TryDate(text, out var local));
        Assert.Equal(DateTime.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), local);
    }

    [Theory, InlineData("Mon, 31 Feb 2023 08:00:01"), InlineData("SMP 351"), InlineData("Mon 20 Nov 2023 08:00:01")]
    public void What_is_no_date_is_none(string text) => Assert.False(SmpValues.TryDate(text, out _));
}
