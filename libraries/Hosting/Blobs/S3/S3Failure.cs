using System.Net;
using Amazon.Runtime;

namespace Pipeline.Hosting;

/// <summary>What can go wrong with a server that speaks S3.</summary>
static class S3Failure
{
    /// <summary>Whether the server or the way there failed; all else is an error of this program.</summary>
    public static bool Is(Exception error) =>
        error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException;

    /// <summary>Why, in one line, with the server's own word for it when it said one.</summary>
    public static string Reason(Exception error) => error switch
    {
        OperationCanceledException => "no answer in time",
        AmazonServiceException { ErrorCode: { Length: > 0 } code } when !error.Message.Contains(code, StringComparison.Ordinal) =>
            $"{error.Message} ({code})",
        _ => error.Message,
    };

    /// <summary>Not reachable, or busy: that may pass. A missing bucket, a wrong key or credentials that are not there will not.</summary>
    public static bool MayPass(Exception error) => error switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        // No status: there was no answer.
        AmazonServiceException { StatusCode: var status } => status == 0 || status >= HttpStatusCode.InternalServerError,
        AmazonClientException { InnerException: { } inner } => MayPass(inner),
        AmazonClientException => false,
        _ => true,
    };
}
