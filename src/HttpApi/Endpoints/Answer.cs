using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Endpoints;

/// <summary>Answers (R11.5).</summary>
internal static class Answer
{
    public static IResult Ok<T>(T value, JsonTypeInfo<T> type) => Json(StatusCodes.Status200OK, value, type);

    public static IResult Json<T>(int status, T value, JsonTypeInfo<T> type) => new JsonAnswer<T>(status, value, type);

    public static IResult Done(string message = "OK", int status = StatusCodes.Status200OK) =>
        Json(status, new ApiResponse { Message = message }, HttpApiJson.Default.ApiResponse);

    public static IResult Refused(int status, string error) =>
        Json(status, new ApiResponse { Message = TitleOf(status), Error = error }, HttpApiJson.Default.ApiResponse);

    public static IResult Invalid(params IReadOnlyList<FieldError> errors) => Json(
        StatusCodes.Status400BadRequest,
        new ApiResponse { Message = TitleOf(StatusCodes.Status400BadRequest), Error = string.Join(' ', errors), Errors = errors },
        HttpApiJson.Default.ApiResponse);

    public static IResult Invalid(string path, string found, string allowed) => Invalid(new FieldError(path, found, allowed));

    public static IResult NotFound(string what = "There is no such object.") => Refused(StatusCodes.Status404NotFound, what);

    public static IResult Forbidden(string why) => Refused(StatusCodes.Status403Forbidden, why);

    /// <summary>What is not built, for every administrator alike.</summary>
    public static IResult NotImplemented(string what) => Refused(StatusCodes.Status501NotImplemented, what);

    /// <summary>The answer to what a service did not do. Not for <see cref="ObjectStatus.Done"/>.</summary>
    /// <param name="result">The service's result.</param>
    /// <param name="isConditional">The request named the version: another one is 412 and not 409.</param>
    public static IResult Of<T>(ObjectResult<T> result, bool isConditional = false)
        where T : class => result.Status switch
        {
            ObjectStatus.Invalid when result.Errors.Count > 0 => Invalid([.. result.Errors.Select(FieldError.Of)]),
            ObjectStatus.Invalid => Refused(StatusCodes.Status400BadRequest, result.Message),
            ObjectStatus.NotFound => NotFound(result.Message.Length > 0 ? result.Message : "There is no such object."),
            ObjectStatus.VersionConflict when isConditional => Refused(StatusCodes.Status412PreconditionFailed, "The object has another version by now; read it again."),
            ObjectStatus.Forbidden => Forbidden(result.Message),
            ObjectStatus.Busy => Refused(StatusCodes.Status503ServiceUnavailable, result.Message),
            ObjectStatus.AlreadyExists or ObjectStatus.VersionConflict or ObjectStatus.Referenced => Refused(StatusCodes.Status409Conflict, result.Message),
            _ => throw new ArgumentException($"{result.Status} is no refusal.", nameof(result)),
        };

    /// <summary>Answers in the same form where there is no operation: unknown paths, faults, limits.</summary>
    public static Task WriteAsync(HttpContext context, int status, string error) => Refused(status, error).ExecuteAsync(context);

    private static string TitleOf(int status) => status switch
    {
        400 => "Bad request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict",
        412 => "Precondition failed",
        413 => "Too large",
        415 => "Unsupported media type",
        429 => "Too many requests",
        431 => "Headers too large",
        500 => "Internal server error",
        501 => "Not implemented",
        503 => "Unavailable",
        _ => "Refused",
    };

    private sealed class JsonAnswer<T>(int status, T value, JsonTypeInfo<T> type) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            // Whole before the first byte goes out: what cannot be written is a clean 500, and the length is known.
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(value, type);
            HttpResponse response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}
