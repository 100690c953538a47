using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Host.Hosting;
using AvGateway.Operations.Access;
using Microsoft.AspNetCore.Http.Features;

namespace AvGateway.Host.Engineering;

/// <summary>What keeps a wish from being carried out, for the one who asked.</summary>
internal sealed class DoorException(int status, string title) : Exception(title)
{
    public int Status { get; } = status;
}

/// <summary>
/// Lets in who gives a name and a password that fit, and may. Also on this machine nobody may without; no challenge is sent, since a browser
/// would lay its own dialog over the page.
/// </summary>
internal sealed class Door(IUserDirectory users)
{
    private const int MostBytes = 16 * 1024;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public RequestDelegate Open(Func<User, bool> may, Func<HttpContext, User, Task<IResult>> serve) => async context =>
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        IResult result;
        try
        {
            var user = await BasicCredentials.OfAsync(context, users) ?? throw new DoorException(StatusCodes.Status401Unauthorized, BasicCredentials.Needed);
            if (!may(user)) throw new DoorException(StatusCodes.Status403Forbidden, $"{user.Name} may not do this");
            result = await serve(context, user);
        }
        catch (DoorException refused)
        {
            result = Results.Json(new { title = refused.Message }, statusCode: refused.Status);
        }

        await result.ExecuteAsync(context);
    };

    /// <summary>Reads what came with the request; what is too large, or holds what nobody knows, is refused.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        try
        {
            return await context.Request.ReadFromJsonAsync<T>(Strict, context.RequestAborted) ?? throw new DoorException(StatusCodes.Status400BadRequest, "an object is needed");
        }
        catch (JsonException bad)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, $"not readable at {bad.Path}: {bad.Message}");
        }
        catch (InvalidOperationException)
        {
            throw new DoorException(StatusCodes.Status415UnsupportedMediaType, "Content-Type is application/json");
        }
        catch (BadHttpRequestException large)
        {
            throw new DoorException(large.StatusCode, $"at most {MostBytes} bytes");
        }
    }
}
