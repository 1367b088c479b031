using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Pipeline.Studio.Shared;

/// <summary>Pages as answers to what was sent by a form.</summary>
static class PageResult
{
    /// <summary>The page with these parameters, as an answer with that status.</summary>
    public static IResult Page<TPage>(this IResultExtensions _, object parameters, int status)
        where TPage : IComponent =>
        new RazorComponentResult<Document>(new { Page = typeof(TPage), Parameters = Values(parameters) }) { StatusCode = status };

    static Dictionary<string, object?> Values(object parameters) =>
        parameters.GetType().GetProperties().ToDictionary(property => property.Name, property => property.GetValue(parameters));
}
