using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Pipeline.Studio.Shared;

/// <summary>Pages as answers to what was sent by a form.</summary>
static class PageResult
{
    /// <summary>The page with these parameters.</summary>
    public static IResult Page<TPage>(this IResultExtensions _, object parameters)
        where TPage : IComponent => new RazorComponentResult<Document>(new { Page = typeof(TPage), Parameters = Values(parameters) });

    static Dictionary<string, object?> Values(object parameters) =>
        parameters.GetType().GetProperties().ToDictionary(property => property.Name, property => property.GetValue(parameters));
}
