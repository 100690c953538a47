using AvGateway.Mqtt.Permissions;

namespace AvGateway.Mqtt.Tests.Rights;

public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "$SYS/b", false)]
    [InlineData("+/b", "$SYS/b", false)]
    [InlineData("$SYS/#", "$SYS/b", true)]
    [InlineData("a/#", "a/$state", true)]
    [InlineData("a/+", "a/$state", true)]
    [InlineData("+/+", "/x", true)]
    [InlineData("/+", "/x", true)]
    [InlineData("+", "/x", false)]
    public void A_filter_is_the_set_that_the_standard_says(string filter, string topic, bool expected)
    {
        Assert.True(TopicFilter.TryParse(filter, 256, 12, out var parsed));
        Assert.Equal(expected, parsed.Matches(topic));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a/#/b")]
    [InlineData("a#")]
    [InlineData("a/b+")]
    [InlineData("a/+b/c")]
    [InlineData("##")]
    [InlineData("a\0b")]
    [InlineData("1/2/3/4/5/6")]
    [InlineData("审判庭审判庭审判庭审判庭")]
    public void What_is_malformed_too_deep_or_too_long_is_no_filter(string? filter) => Assert.False(TopicFilter.TryParse(filter, 30, 5, out _));
}
