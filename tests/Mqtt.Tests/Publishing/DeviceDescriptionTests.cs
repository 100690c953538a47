using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Mqtt.Publishing;
using AvGateway.Operations.Probes;
using AvGateway.Testing.Commands;

namespace AvGateway.Mqtt.Tests.Publishing;

public sealed class DeviceDescriptionTests
{
    private readonly FakeDevice _device = FakeDevice.Matrix();

    [Fact]
    public void It_tells_class_driver_and_names()
    {
        var shown = Describe();

        Assert.Equal("matrix", shown.GetProperty("class").GetString());
        Assert.Equal("fake-matrix", shown.GetProperty("driver").GetString());
        Assert.Equal("""{"zh":"矩阵","en":"Matrix"}""", shown.GetProperty("name").GetRawText());
        Assert.Equal(0, shown.GetProperty("probes").GetArrayLength());
    }

    [Fact]
    public void Its_probes_stand_there_with_what_they_measure()
    {
        var kind = new ProbeKind("temperature", "Temperature", "温度", "", static (_, _) => Task.FromResult(ProbeSight.Seen(new("实测", "cool")))) { Measures = [new("temperature", "°C", "Inside", "内部温度")] };
        var plan = new ProbePlan("matrix-heat", kind, new(_device.Id), null, ImmutableDictionary<string, MeasureLimits>.Empty) { Zh = "矩阵温度", En = "Heat" };

        Assert.Equal(
            """{"id":"matrix-heat","kind":"temperature","name":{"zh":"矩阵温度","en":"Heat"},"everyMs":60000,"measures":[{"name":"temperature","unit":"°C","title":{"zh":"内部温度","en":"Inside"}}]}""",
            Assert.Single(Describe(plan).GetProperty("probes").EnumerateArray()).GetRawText());
    }

    [Fact]
    public void Numbered_properties_stand_there_one_by_one_with_the_range_that_the_device_told()
    {
        var output = Property(Describe(), "output-40");

        Assert.Equal("integer", output.GetProperty("type").GetString());
        Assert.Equal((0, 40), (output.GetProperty("min").GetInt32(), output.GetProperty("max").GetInt32()));
        Assert.True(output.GetProperty("settable").GetBoolean());
        Assert.Equal(40, output.GetProperty("number").GetInt32());
        Assert.False(Property(Describe(), "serial").GetProperty("settable").GetBoolean());
        Assert.Equal("%", Property(Describe(), "volume").GetProperty("unit").GetString());
        Assert.DoesNotContain(Describe().GetProperty("properties").EnumerateArray(), p => p.GetProperty("name").GetString()!.Contains('{'));
    }

    [Fact]
    public void Before_the_device_told_its_counts_there_are_no_numbered_properties()
    {
        _device.Extents.Clear();

        Assert.Equal(["volume", "serial"], Describe().GetProperty("properties").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
    }

    [Fact]
    public void A_very_large_device_tells_first_and_count_instead()
    {
        _device.Extents["output"] = 1152;

        var family = Property(Describe(), "output-{output}");

        Assert.Equal((1, 1152), (family.GetProperty("first").GetInt32(), family.GetProperty("count").GetInt32()));
        Assert.InRange(DeviceDescription.Write(_device, new("a", "b"), []).Length, 100, 16 * 1024);
    }

    [Fact]
    public void Verbs_carry_a_schema_that_a_form_can_be_made_of()
    {
        var route = Describe().GetProperty("verbs").EnumerateArray().Single(v => v.GetProperty("name").GetString() == "route");

        Assert.Equal(
            """{"type":"object","properties":{"input":{"type":"integer","title":"Input","x-title-zh":"输入","minimum":0,"maximum":40},"output":{"type":"integer","title":"Output","x-title-zh":"输出","minimum":1,"maximum":40},"layer":{"type":"string","title":"Layer","x-title-zh":"层","enum":["video","audio"],"x-words":{"video":{"zh":"视频","en":"video"},"audio":{"zh":"音频","en":"audio"}}}},"required":["input","output"],"additionalProperties":false}""",
            route.GetProperty("schema").GetRawText());
        Assert.True(route.GetProperty("disturbing").GetBoolean());
    }

    [Fact]
    public void How_a_property_is_set_is_no_verb_of_its_own() =>
        Assert.Equal(["route", "power-on", "dial", "tune"], Describe().GetProperty("verbs").EnumerateArray().Select(v => v.GetProperty("name").GetString()));

    private JsonElement Describe(params ProbePlan[] probes) => JsonDocument.Parse(DeviceDescription.Write(_device, new("矩阵", "Matrix"), probes)).RootElement;

    private static JsonElement Property(JsonElement shown, string name) =>
        shown.GetProperty("properties").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name);
}
